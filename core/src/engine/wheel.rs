//! Deadlines of all connections, at no cost while nothing is late.
//!
//! A connection stands in the wheel under the earliest second at which it might be late. Moving a deadline later only
//! changes a number in the connection; the wheel finds out when that second comes and files it anew.

/// Seconds around the wheel; a deadline farther away is looked at once per round. Chosen above the default timeouts.
const SECONDS: usize = 128;

/// A connection that was filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filed {
    /// Connection slot.
    pub slot: u32,
    /// Its generation; a filed connection that has gone is recognised by it.
    pub generation: u32,
}

/// The wheel.
#[derive(Debug)]
pub struct Wheel {
    seconds: Vec<Vec<(Filed, u64)>>,
    now: u64,
}

impl Default for Wheel {
    fn default() -> Self {
        Self { seconds: (0..SECONDS).map(|_| Vec::new()).collect(), now: 0 }
    }
}

impl Wheel {
    /// Files a connection to be looked at in `second` (or at the next one to come, if that has passed), and returns
    /// the second it will be looked at.
    pub fn file(&mut self, filed: Filed, second: u64) -> u64 {
        let second = second.max(self.now.saturating_add(1));
        let farthest = self.now.saturating_add(SECONDS as u64 - 1);
        let second = second.min(farthest);
        if let Some(list) = self.seconds.get_mut(Self::index(second)) {
            list.push((filed, second));
        }
        second
    }

    /// Moves to `second`, giving every connection filed for the seconds that have come to `late`, with the second it was
    /// filed for.
    pub fn advance(&mut self, second: u64, mut late: impl FnMut(Filed, u64)) {
        // After a long pause each list is visited once.
        if second.saturating_sub(self.now) > SECONDS as u64 {
            self.now = second.saturating_sub(SECONDS as u64);
        }
        while self.now < second {
            self.now = self.now.saturating_add(1);
            if let Some(list) = self.seconds.get_mut(Self::index(self.now)) {
                for (filed, second) in list.drain(..) {
                    late(filed, second);
                }
                // What a burst has filed is given back: there are as many lists as seconds.
                if list.capacity() > 64 {
                    list.shrink_to(16);
                }
            }
        }
    }

    fn index(second: u64) -> usize {
        usize::try_from(second % SECONDS as u64).unwrap_or(0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filed(slot: u32) -> Filed {
        Filed { slot, generation: 1 }
    }

    #[test]
    fn gives_a_connection_in_its_second_and_not_before() {
        let mut wheel = Wheel::default();
        assert_eq!(wheel.file(filed(7), 10), 10);
        let mut seen = Vec::new();
        wheel.advance(9, |late, second| seen.push((late.slot, second)));
        assert!(seen.is_empty());
        wheel.advance(10, |late, second| seen.push((late.slot, second)));
        assert_eq!(seen, [(7, 10)]);
    }

    #[test]
    fn a_past_second_is_filed_for_the_next_one() {
        let mut wheel = Wheel::default();
        wheel.advance(50, |_, _| {});
        assert_eq!(wheel.file(filed(1), 3), 51);
    }

    #[test]
    fn a_far_second_is_looked_at_within_one_round() {
        let mut wheel = Wheel::default();
        assert_eq!(wheel.file(filed(1), 1_000_000), SECONDS as u64 - 1);
    }

    #[test]
    fn a_long_pause_gives_every_connection_once_with_its_second() {
        let mut wheel = Wheel::default();
        for second in 1..100 {
            wheel.file(filed(second), u64::from(second));
        }
        let mut seen = Vec::new();
        wheel.advance(1_000_000, |late, second| seen.push((late.slot, second)));
        seen.sort_unstable();
        assert_eq!(seen, (1..100).map(|slot| (slot, u64::from(slot))).collect::<Vec<_>>());
    }
}
