//! What imports from other repositories must be.

use super::row::rules;

rules! { ALL:
    IMPORT_LEFT_OVER = "import/left-over", Warn, "what is frozen of others is what the manifest imports", "import-left-over.md";
    IMPORT_NOT_PULLED = "import/not-pulled", Deny, "what the manifest imports is frozen", "import-not-pulled.md";
    IMPORT_OWNED = "import/owned", Deny, "what a project owns it does not import", "import-owned.md";
    IMPORT_UNREADABLE_VERSION = "import/unreadable-version", Deny, "the types of an import read all its versions", "import-unreadable-version.md";
}
