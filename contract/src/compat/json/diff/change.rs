//! The names of the differences, and which of them a policy takes for harmless.

use crate::compat::Policy;

/// A row each: the name of the variant, Confluent's name, and who takes it for harmless.
macro_rules! kinds {
    ($($name:ident = $text:literal, $taken:ident;)+) => {
        /// What changed, by Confluent's names.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub(in crate::compat::json) enum Change { $($name,)+ }

        impl Change {
            const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// Confluent's name.
            pub(in crate::compat::json) fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }

            fn taken(self) -> Taken {
                match self { $(Self::$name => Taken::$taken,)+ }
            }
        }
    };
}

/// The kinds of JSON Schema's differences that a policy does not take for harmless, by Confluent's names: whoever has words for each has
/// words for every [`Difference`](crate::compat::Difference) that is not compatible.
///
/// ```
/// use topika_contract::compat::{Policy, breaking_kinds};
///
/// let added = "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL";
/// assert!(breaking_kinds(Policy::Strict).any(|kind| kind == added));
/// assert!(breaking_kinds(Policy::Lenient).all(|kind| kind != added));
/// ```
pub fn breaking_kinds(policy: Policy) -> impl Iterator<Item = &'static str> {
    Change::ALL.iter().filter(move |change| !change.is_compatible(policy)).map(|change| change.as_str())
}

/// By whom a difference is taken for harmless.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Taken {
    Always,
    Leniently,
    Never,
}

impl Change {
    /// Whether old data stays valid, as the policy sees it.
    pub(in crate::compat::json) fn is_compatible(self, policy: Policy) -> bool {
        match self.taken() {
            Taken::Always => true,
            Taken::Leniently => policy == Policy::Lenient,
            Taken::Never => false,
        }
    }
}

kinds! {
    IdChanged = "ID_CHANGED", Always;
    DescriptionChanged = "DESCRIPTION_CHANGED", Always;
    TitleChanged = "TITLE_CHANGED", Always;
    DefaultChanged = "DEFAULT_CHANGED", Always;
    SchemaAdded = "SCHEMA_ADDED", Never;
    SchemaRemoved = "SCHEMA_REMOVED", Always;
    TypeExtended = "TYPE_EXTENDED", Always;
    TypeNarrowed = "TYPE_NARROWED", Never;
    TypeChanged = "TYPE_CHANGED", Never;

    MaxLengthAdded = "MAX_LENGTH_ADDED", Never;
    MaxLengthRemoved = "MAX_LENGTH_REMOVED", Always;
    MaxLengthIncreased = "MAX_LENGTH_INCREASED", Always;
    MaxLengthDecreased = "MAX_LENGTH_DECREASED", Never;
    MinLengthAdded = "MIN_LENGTH_ADDED", Never;
    MinLengthRemoved = "MIN_LENGTH_REMOVED", Always;
    MinLengthIncreased = "MIN_LENGTH_INCREASED", Never;
    MinLengthDecreased = "MIN_LENGTH_DECREASED", Always;
    PatternAdded = "PATTERN_ADDED", Never;
    PatternRemoved = "PATTERN_REMOVED", Always;
    PatternChanged = "PATTERN_CHANGED", Never;

    MaximumAdded = "MAXIMUM_ADDED", Never;
    MaximumRemoved = "MAXIMUM_REMOVED", Always;
    MaximumIncreased = "MAXIMUM_INCREASED", Always;
    MaximumDecreased = "MAXIMUM_DECREASED", Never;
    MinimumAdded = "MINIMUM_ADDED", Never;
    MinimumRemoved = "MINIMUM_REMOVED", Always;
    MinimumIncreased = "MINIMUM_INCREASED", Never;
    MinimumDecreased = "MINIMUM_DECREASED", Always;
    ExclusiveMaximumAdded = "EXCLUSIVE_MAXIMUM_ADDED", Never;
    ExclusiveMaximumRemoved = "EXCLUSIVE_MAXIMUM_REMOVED", Always;
    ExclusiveMaximumIncreased = "EXCLUSIVE_MAXIMUM_INCREASED", Always;
    ExclusiveMaximumDecreased = "EXCLUSIVE_MAXIMUM_DECREASED", Never;
    ExclusiveMinimumAdded = "EXCLUSIVE_MINIMUM_ADDED", Never;
    ExclusiveMinimumRemoved = "EXCLUSIVE_MINIMUM_REMOVED", Always;
    ExclusiveMinimumIncreased = "EXCLUSIVE_MINIMUM_INCREASED", Never;
    ExclusiveMinimumDecreased = "EXCLUSIVE_MINIMUM_DECREASED", Always;
    MultipleOfAdded = "MULTIPLE_OF_ADDED", Never;
    MultipleOfRemoved = "MULTIPLE_OF_REMOVED", Always;
    MultipleOfExpanded = "MULTIPLE_OF_EXPANDED", Never;
    MultipleOfReduced = "MULTIPLE_OF_REDUCED", Always;
    MultipleOfChanged = "MULTIPLE_OF_CHANGED", Never;

    RequiredAttributeAdded = "REQUIRED_ATTRIBUTE_ADDED", Never;
    RequiredAttributeWithDefaultAdded = "REQUIRED_ATTRIBUTE_WITH_DEFAULT_ADDED", Always;
    RequiredAttributeRemoved = "REQUIRED_ATTRIBUTE_REMOVED", Always;
    MaxPropertiesAdded = "MAX_PROPERTIES_ADDED", Never;
    MaxPropertiesRemoved = "MAX_PROPERTIES_REMOVED", Always;
    MaxPropertiesIncreased = "MAX_PROPERTIES_INCREASED", Always;
    MaxPropertiesDecreased = "MAX_PROPERTIES_DECREASED", Never;
    MinPropertiesAdded = "MIN_PROPERTIES_ADDED", Never;
    MinPropertiesRemoved = "MIN_PROPERTIES_REMOVED", Always;
    MinPropertiesIncreased = "MIN_PROPERTIES_INCREASED", Never;
    MinPropertiesDecreased = "MIN_PROPERTIES_DECREASED", Always;
    AdditionalPropertiesAdded = "ADDITIONAL_PROPERTIES_ADDED", Always;
    AdditionalPropertiesRemoved = "ADDITIONAL_PROPERTIES_REMOVED", Leniently;
    AdditionalPropertiesExtended = "ADDITIONAL_PROPERTIES_EXTENDED", Always;
    AdditionalPropertiesNarrowed = "ADDITIONAL_PROPERTIES_NARROWED", Leniently;
    UnevaluatedPropertiesAdded = "UNEVALUATED_PROPERTIES_ADDED", Always;
    UnevaluatedPropertiesRemoved = "UNEVALUATED_PROPERTIES_REMOVED", Leniently;
    UnevaluatedPropertiesExtended = "UNEVALUATED_PROPERTIES_EXTENDED", Always;
    UnevaluatedPropertiesNarrowed = "UNEVALUATED_PROPERTIES_NARROWED", Leniently;
    DependencyArrayAdded = "DEPENDENCY_ARRAY_ADDED", Never;
    DependencyArrayRemoved = "DEPENDENCY_ARRAY_REMOVED", Always;
    DependencyArrayExtended = "DEPENDENCY_ARRAY_EXTENDED", Never;
    DependencyArrayNarrowed = "DEPENDENCY_ARRAY_NARROWED", Always;
    DependencyArrayChanged = "DEPENDENCY_ARRAY_CHANGED", Never;
    DependencySchemaAdded = "DEPENDENCY_SCHEMA_ADDED", Never;
    DependencySchemaRemoved = "DEPENDENCY_SCHEMA_REMOVED", Always;
    RequiredPropertyAddedToOpen = "REQUIRED_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL", Never;
    RequiredPropertyWithDefaultAddedToOpen = "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_OPEN_CONTENT_MODEL", Leniently;
    OptionalPropertyAddedToOpen = "OPTIONAL_PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL", Leniently;
    PropertyWithEmptySchemaAddedToOpen = "PROPERTY_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL", Always;
    RequiredPropertyAddedToUnopen = "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL", Never;
    RequiredPropertyWithDefaultAddedToUnopen = "REQUIRED_PROPERTY_WITH_DEFAULT_ADDED_TO_UNOPEN_CONTENT_MODEL", Always;
    OptionalPropertyAddedToUnopen = "OPTIONAL_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL", Always;
    PropertyRemovedFromOpen = "PROPERTY_REMOVED_FROM_OPEN_CONTENT_MODEL", Always;
    PropertyWithFalseRemovedFromClosed = "PROPERTY_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL", Always;
    PropertyRemovedFromClosed = "PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL", Leniently;
    PropertyRemovedIsCovered = "PROPERTY_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", Always;
    PropertyRemovedNotCovered = "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", Leniently;
    PropertyAddedIsCovered = "PROPERTY_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", Always;
    PropertyAddedNotCovered = "PROPERTY_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", Leniently;

    MaxItemsAdded = "MAX_ITEMS_ADDED", Never;
    MaxItemsRemoved = "MAX_ITEMS_REMOVED", Always;
    MaxItemsIncreased = "MAX_ITEMS_INCREASED", Always;
    MaxItemsDecreased = "MAX_ITEMS_DECREASED", Never;
    MinItemsAdded = "MIN_ITEMS_ADDED", Never;
    MinItemsRemoved = "MIN_ITEMS_REMOVED", Always;
    MinItemsIncreased = "MIN_ITEMS_INCREASED", Never;
    MinItemsDecreased = "MIN_ITEMS_DECREASED", Always;
    MaxContainsAdded = "MAX_CONTAINS_ADDED", Never;
    MaxContainsRemoved = "MAX_CONTAINS_REMOVED", Always;
    MaxContainsIncreased = "MAX_CONTAINS_INCREASED", Always;
    MaxContainsDecreased = "MAX_CONTAINS_DECREASED", Never;
    MinContainsAdded = "MIN_CONTAINS_ADDED", Never;
    MinContainsRemoved = "MIN_CONTAINS_REMOVED", Always;
    MinContainsIncreased = "MIN_CONTAINS_INCREASED", Never;
    MinContainsDecreased = "MIN_CONTAINS_DECREASED", Always;
    UniqueItemsAdded = "UNIQUE_ITEMS_ADDED", Never;
    UniqueItemsRemoved = "UNIQUE_ITEMS_REMOVED", Always;
    AdditionalItemsAdded = "ADDITIONAL_ITEMS_ADDED", Always;
    AdditionalItemsRemoved = "ADDITIONAL_ITEMS_REMOVED", Never;
    AdditionalItemsExtended = "ADDITIONAL_ITEMS_EXTENDED", Always;
    AdditionalItemsNarrowed = "ADDITIONAL_ITEMS_NARROWED", Never;
    UnevaluatedItemsAdded = "UNEVALUATED_ITEMS_ADDED", Always;
    UnevaluatedItemsRemoved = "UNEVALUATED_ITEMS_REMOVED", Never;
    UnevaluatedItemsExtended = "UNEVALUATED_ITEMS_EXTENDED", Always;
    UnevaluatedItemsNarrowed = "UNEVALUATED_ITEMS_NARROWED", Never;
    ItemAddedToOpen = "ITEM_ADDED_TO_OPEN_CONTENT_MODEL", Never;
    ItemWithEmptySchemaAddedToOpen = "ITEM_WITH_EMPTY_SCHEMA_ADDED_TO_OPEN_CONTENT_MODEL", Always;
    ItemAddedToClosed = "ITEM_ADDED_TO_CLOSED_CONTENT_MODEL", Always;
    ItemRemovedFromOpen = "ITEM_REMOVED_FROM_OPEN_CONTENT_MODEL", Always;
    ItemWithFalseRemovedFromClosed = "ITEM_WITH_FALSE_REMOVED_FROM_CLOSED_CONTENT_MODEL", Always;
    ItemRemovedFromClosed = "ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL", Never;
    ItemRemovedIsCovered = "ITEM_REMOVED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", Always;
    ItemRemovedNotCovered = "ITEM_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", Never;
    ItemAddedIsCovered = "ITEM_ADDED_IS_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", Always;
    ItemAddedNotCovered = "ITEM_ADDED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL", Never;

    EnumArrayExtended = "ENUM_ARRAY_EXTENDED", Always;
    EnumArrayNarrowed = "ENUM_ARRAY_NARROWED", Never;
    EnumArrayChanged = "ENUM_ARRAY_CHANGED", Never;

    CombinedTypeExtended = "COMBINED_TYPE_EXTENDED", Always;
    CombinedTypeChanged = "COMBINED_TYPE_CHANGED", Never;
    ProductTypeExtended = "PRODUCT_TYPE_EXTENDED", Never;
    ProductTypeNarrowed = "PRODUCT_TYPE_NARROWED", Always;
    SumTypeExtended = "SUM_TYPE_EXTENDED", Always;
    SumTypeNarrowed = "SUM_TYPE_NARROWED", Never;
    CombinedTypeSubschemasChanged = "COMBINED_TYPE_SUBSCHEMAS_CHANGED", Never;
    NotTypeExtended = "NOT_TYPE_EXTENDED", Never;
    NotTypeNarrowed = "NOT_TYPE_NARROWED", Always;
}
