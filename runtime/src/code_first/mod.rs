//! Types that are written first: the schema text they give, and the committed file that a test keeps equal to it.

mod file;
mod text;

pub use file::{FileDiffers, keep_file};
pub use text::{avro_text, json_text};
