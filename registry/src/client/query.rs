use super::request::Call;

/// Whether what is softly deleted is listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Deleted {
    /// Left out.
    #[default]
    Without,
    /// Listed with the rest.
    With,
    /// Nothing else is listed.
    Only,
}

/// Which subjects are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SubjectQuery {
    /// What their names begin with.
    pub prefix: String,
    /// Whether softly deleted ones are listed.
    pub deleted: Deleted,
    /// How many are passed over.
    pub offset: u32,
    /// How many are listed at most; `None`: as many as the registry gives.
    pub limit: Option<u32>,
}

/// Which versions of a subject are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VersionQuery {
    /// Whether softly deleted ones are listed.
    pub deleted: Deleted,
    /// How many are passed over.
    pub offset: u32,
    /// How many are listed at most; `None`: as many as the registry gives.
    pub limit: Option<u32>,
}

/// Which schemas, by their versions, are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SchemaQuery {
    /// What the names of their subjects begin with.
    pub prefix: String,
    /// Whether softly deleted versions are listed too.
    pub deleted: bool,
    /// Whether only the latest version of each subject is listed.
    pub latest_only: bool,
    /// Whether each version names the subjects whose alias its own subject is; such a subject is listed wherever it stands.
    pub aliases: bool,
    /// The type that a rule has to have: then only versions with such a rule are listed.
    pub rule_type: Option<String>,
    /// How many are passed over.
    pub offset: u32,
    /// How many are listed at most; `None`: as many as the registry gives.
    pub limit: Option<u32>,
}

/// How a schema is given by its id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IdQuery {
    /// A subject that the schema belongs to: tells whose rules and metadata are meant where several share the id.
    pub subject: Option<String>,
    /// Another form of the text: `resolved` (Avro, with what it refers to in it), `serialized` (Protobuf).
    pub format: Option<String>,
    /// Whether the answer says the largest id of the registry.
    pub fetch_max_id: bool,
}

/// Which version of a subject is meant by its metadata.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MetadataQuery {
    /// Names and values of properties that its metadata has.
    pub properties: Vec<(String, String)>,
    /// Another form of the text, as in [`IdQuery`].
    pub format: Option<String>,
    /// Whether a softly deleted version may be meant.
    pub deleted: bool,
}

impl Call {
    pub(super) fn deleted(self, deleted: Deleted) -> Self {
        self.flag("deleted", deleted == Deleted::With).flag("deletedOnly", deleted == Deleted::Only)
    }

    pub(super) fn page(self, offset: u32, limit: Option<u32>) -> Self {
        let call = if offset > 0 { self.query("offset", offset.to_string()) } else { self };
        call.query_if("limit", limit.map(|limit| limit.to_string()))
    }

    pub(super) fn query_if(self, name: &'static str, value: Option<String>) -> Self {
        match value {
            Some(value) => self.query(name, value),
            None => self,
        }
    }
}
