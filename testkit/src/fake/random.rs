/// Numbers that follow from a seed alone, on every machine and in every version: SplitMix64.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    pub(super) fn new(seed: u64) -> Self {
        Self(seed)
    }

    pub(super) fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn between(&mut self, least: i128, most: i128) -> i128 {
        if most <= least {
            return least;
        }
        let span = most.abs_diff(least).saturating_add(1);
        let wide = (u128::from(self.bits()) << 64) | u128::from(self.bits());
        least.wrapping_add_unsigned(wide % span)
    }

    /// A place in a list of so many.
    pub(super) fn index(&mut self, len: usize) -> usize {
        let last = i128::try_from(len.saturating_sub(1)).unwrap_or(i128::MAX);
        usize::try_from(self.between(0, last)).unwrap_or_default()
    }

    /// One of the list; `None` where it is empty.
    pub(super) fn one<'a, T>(&mut self, list: &'a [T]) -> Option<&'a T> {
        list.get(self.index(list.len()))
    }

    /// True in so many of a hundred.
    pub(super) fn percent(&mut self, chance: u8) -> bool {
        self.bits() % 100 < u64::from(chance)
    }

    pub(super) fn bytes(&mut self, count: usize) -> Vec<u8> {
        (0..count).map(|_| self.bits().to_le_bytes()[0]).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_numbers_everywhere_and_for_ever() {
        let mut random = Random::new(7);
        assert_eq!([random.bits(), random.bits()], [7_191_089_600_892_374_487, 309_689_372_594_955_804]);
        assert!((0..1000).all(|_| (-3..=5).contains(&random.between(-3, 5))));
        assert_eq!((random.between(4, 4), random.index(0), random.one::<u8>(&[])), (4, 0, None));
        assert!((i128::MIN..=i128::MAX).contains(&random.between(i128::MIN, i128::MAX)));
    }
}
