use std::path::Path;

use topika_registry::server::Users;

use crate::problem::Problem;

/// The variable that holds users where no file does.
const VARIABLE: &str = "TOPIKA_REGISTRY_USERS";

/// Who may use the registry; `None` where nobody is named. Neither names nor passwords are ever shown.
pub(crate) fn users(file: Option<&Path>) -> Result<Option<Users>, Problem> {
    let (text, whence) = match file {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| {
                Problem::new(
                    format!("the users in {} cannot be read: {error}", path.display()),
                    "name a file with a line of `name:password` for each user",
                )
            })?;
            (text, path.display().to_string())
        }
        None => match std::env::var(VARIABLE) {
            Ok(text) => (text, VARIABLE.to_owned()),
            Err(std::env::VarError::NotPresent) => return Ok(None),
            Err(error @ std::env::VarError::NotUnicode(_)) => {
                drop(error);
                return Err(Problem::new(
                    format!("{VARIABLE} is no text"),
                    "write a line of `name:password` for each user",
                ));
            }
        },
    };
    let users = Users::parse(&text);
    let users = users.map_err(|error| Problem::new(format!("{whence}: {error}"), "see `cargo topika serve --help`"))?;
    Ok(Some(users))
}
