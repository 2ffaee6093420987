use topika_contract::data_contract::{ContractChange, DataContract, differences};
use topika_contract::schema::EventSchema;

/// Two schemas to compare.
pub(super) struct Comparison {
    /// The subject; none for two files.
    pub(super) subject: Option<String>,
    pub(super) old: Side,
    pub(super) new: Side,
}

/// One of them.
pub(super) struct Side {
    /// What it is: `version 3`, `working tree`, or a file's path.
    pub(super) label: String,
    pub(super) schema: EventSchema,
    /// The data contract that belongs to it.
    pub(super) contract: Option<DataContract>,
}

impl Comparison {
    /// What differs between the data contracts.
    pub(super) fn contracts(&self) -> Vec<ContractChange> {
        differences(self.old.contract.as_ref(), self.new.contract.as_ref())
    }
}
