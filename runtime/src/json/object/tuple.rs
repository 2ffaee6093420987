use serde::de::{Error, MapAccess};
use serde::ser::SerializeMap;

use super::{Names, Property, PropertyRef};

/// The places of properties that follow each other: tuples of up to eight, and [`Then`] for more.
pub trait Properties: Default {
    /// How many.
    const COUNT: usize;

    /// The values.
    type Values;

    /// Reads the value of the object's property `from + at`, which is that at `at` of these.
    ///
    /// # Errors
    /// As [`Property::read`].
    fn read<'de, A: MapAccess<'de>>(
        &mut self,
        at: usize,
        from: usize,
        names: &'static Names,
        map: &mut A,
    ) -> Result<(), A::Error>;

    /// The values; the first is the object's property `from`.
    ///
    /// # Errors
    /// As [`Property::value`].
    fn values<E: Error>(self, from: usize, names: &'static Names) -> Result<Self::Values, E>;
}

/// References to properties that follow each other.
pub trait PropertyRefs {
    /// How many.
    const COUNT: usize;

    /// How many are there.
    fn there(&self) -> usize;

    /// Writes those that are there; the first is the object's property `from`.
    ///
    /// # Errors
    /// Those of the values.
    fn write<M: SerializeMap>(&self, from: usize, names: &'static Names, map: &mut M) -> Result<(), M::Error>;
}

macro_rules! tuple {
    ($count:literal: $($ty:ident $at:tt),*) => {
        #[allow(non_snake_case, unused_variables)] // A value has the name of its type; the tuple of none has none.
        impl<$($ty: Property),*> Properties for ($($ty,)*) {
            const COUNT: usize = $count;

            type Values = ($($ty::Value,)*);

            #[inline]
            fn read<'de, M: MapAccess<'de>>(
                &mut self,
                at: usize,
                from: usize,
                names: &'static Names,
                map: &mut M,
            ) -> Result<(), M::Error> {
                match at {
                    $($at => self.$at.read(from + $at, names, map),)*
                    _ => Ok(()),
                }
            }

            #[inline]
            fn values<Err: Error>(self, from: usize, names: &'static Names) -> Result<Self::Values, Err> {
                Ok(($(self.$at.value(from + $at, names)?,)*))
            }
        }

        #[allow(unused_variables)]
        impl<$($ty: PropertyRef),*> PropertyRefs for ($($ty,)*) {
            const COUNT: usize = $count;

            #[inline]
            fn there(&self) -> usize {
                0 $(+ usize::from(self.$at.is_there()))*
            }

            #[inline]
            fn write<M: SerializeMap>(&self, from: usize, names: &'static Names, map: &mut M) -> Result<(), M::Error> {
                $(self.$at.write(names.name(from + $at), map)?;)*
                Ok(())
            }
        }
    };
}

tuple!(0:);
tuple!(1: A 0);
tuple!(2: A 0, B 1);
tuple!(3: A 0, B 1, C 2);
tuple!(4: A 0, B 1, C 2, D 3);
tuple!(5: A 0, B 1, C 2, D 3, E 4);
tuple!(6: A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(7: A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(8: A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);

/// Some properties, and those that follow: an object of more properties than a tuple has is a tree of tuples.
#[derive(Debug, Default)]
pub struct Then<A, B>(pub A, pub B);

impl<A: Properties, B: Properties> Properties for Then<A, B> {
    const COUNT: usize = A::COUNT + B::COUNT;

    type Values = Then<A::Values, B::Values>;

    #[inline]
    fn read<'de, M: MapAccess<'de>>(
        &mut self,
        at: usize,
        from: usize,
        names: &'static Names,
        map: &mut M,
    ) -> Result<(), M::Error> {
        match at.checked_sub(A::COUNT) {
            None => self.0.read(at, from, names, map),
            Some(at) => self.1.read(at, from + A::COUNT, names, map),
        }
    }

    #[inline]
    fn values<E: Error>(self, from: usize, names: &'static Names) -> Result<Self::Values, E> {
        Ok(Then(self.0.values(from, names)?, self.1.values(from + A::COUNT, names)?))
    }
}

impl<A: PropertyRefs, B: PropertyRefs> PropertyRefs for Then<A, B> {
    const COUNT: usize = A::COUNT + B::COUNT;

    #[inline]
    fn there(&self) -> usize {
        self.0.there() + self.1.there()
    }

    #[inline]
    fn write<M: SerializeMap>(&self, from: usize, names: &'static Names, map: &mut M) -> Result<(), M::Error> {
        self.0.write(from, names, map)?;
        self.1.write(from + A::COUNT, names, map)
    }
}
