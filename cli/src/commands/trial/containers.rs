use std::collections::BTreeMap;

use super::avro::Opinion;
use super::made::Made;
use super::talk::Talk;
use super::trips::{avro_opinion, avro_trip};

/// What apache-avro makes of the schemas, each asked once.
#[derive(Default)]
pub(super) struct Containers {
    opinions: BTreeMap<usize, Option<Opinion>>,
}

impl Containers {
    /// Sends each value of an object container file through the types of `schemas` that it was written with; false where that are none.
    ///
    /// # Errors
    /// The program cannot be run.
    pub(super) fn sent<'m>(
        &mut self,
        container: &[u8],
        schemas: impl Iterator<Item = (usize, &'m mut Made)>,
        first_type: &BTreeMap<usize, u32>,
        talk: &mut Talk,
    ) -> Result<bool, String> {
        let mut claimed = false;
        for (number, made) in schemas {
            let opinion = self.opinions.entry(number).or_insert_with(|| avro_opinion(made.contract.as_ref()?));
            let Some(opinion) = opinion else { continue };
            let Some(values) = opinion.values(container) else { continue };
            claimed = true;
            let ty = made.part.as_ref().and_then(|part| part.types.first());
            let (Some(ty), Some(first)) = (ty, first_type.get(&number)) else { continue };
            for (bytes, shown) in &values {
                avro_trip(opinion, ty, *first, (bytes, shown), talk, &mut made.row)?;
            }
        }
        Ok(claimed)
    }
}
