//! How many buffers of one size the next second will need, told from the seconds before it.
//!
//! Three signals, each for one failing of the others: the highest use of the last [`WINDOW_S`] seconds (bursts come
//! again), an average that forgets with [`HALF_LIFE_S`] (long demand ends slowly, one spike is forgotten quickly), and
//! headroom while new highs are set (a rising demand is met before it is there). Whole numbers, no clock.

/// A burst that comes again within so many seconds finds its buffers. Chosen: with the average's half-life, memory of a
/// burst of 10,000 has gone back before half a minute is over.
pub const WINDOW_S: usize = 16;
/// The average's weight of the newest second, as a shift: a quarter.
const WEIGHT_SHIFT: u32 = 2;
/// Seconds after which a demand counts half in the averages: `ln 2 / ln (4 / 3)`.
pub const HALF_LIFE_S: f64 = 2.41;
/// The averages count in 256ths.
const FRACTION_BITS: u32 = 8;
/// Headroom is at most the newest high divided by this.
const HEADROOM_DIVISOR: u32 = 4;

/// The demand for buffers of one size.
#[derive(Clone, Debug, Default)]
pub(super) struct Demand {
    /// Buffers taken and not given.
    in_use: u32,
    /// The most that were in use at once in the second under way.
    peak: u32,
    /// Buffers asked for before the second under way.
    takes_before: u64,
    /// The peaks of the last seconds, a ring.
    recent: [u32; WINDOW_S],
    at: usize,
    headroom: u32,
    ewma_peak: u64,
    ewma_takes: u64,
}

impl Demand {
    pub fn in_use(&self) -> u32 {
        self.in_use
    }

    /// Notes that a buffer of this size is in use.
    pub fn note_use(&mut self) {
        self.in_use = self.in_use.saturating_add(1);
        self.peak = self.peak.max(self.in_use);
    }

    /// Notes that one is no longer in use; `false` if none was.
    pub fn note_return(&mut self) -> bool {
        let was = self.in_use > 0;
        self.in_use = self.in_use.saturating_sub(1);
        was
    }

    /// The second is over; `takes` buffers were asked for since the pool was made.
    pub fn close_second(&mut self, takes: u64) {
        let (peak, high) = (self.peak, self.high());
        self.headroom = self.headroom.saturating_sub(self.headroom.div_ceil(HEADROOM_DIVISOR));
        if peak > high {
            self.headroom = self.headroom.max((peak - high).min(peak / HEADROOM_DIVISOR));
        }
        if let Some(second) = self.recent.get_mut(self.at) {
            *second = peak;
        }
        self.at = (self.at + 1) % WINDOW_S;
        self.ewma_peak = average(self.ewma_peak, u64::from(peak));
        self.ewma_takes = average(self.ewma_takes, takes.wrapping_sub(self.takes_before));
        self.peak = self.in_use;
        self.takes_before = takes;
    }

    fn high(&self) -> u32 {
        self.recent.iter().copied().max().unwrap_or_default()
    }

    /// Buffers that should exist for the next second, those in use included.
    pub fn expected(&self) -> u32 {
        self.high().saturating_add(self.headroom).max(whole(self.ewma_peak))
    }

    /// The most that were in use at once in the last second that is over.
    pub fn last_peak(&self) -> u32 {
        let last = (self.at + WINDOW_S - 1) % WINDOW_S;
        self.recent.get(last).copied().unwrap_or_default()
    }

    /// The average of the peaks, in buffers.
    pub fn ewma_peak(&self) -> f64 {
        shown(self.ewma_peak)
    }

    /// The average of the buffers asked for in a second.
    pub fn ewma_takes(&self) -> f64 {
        shown(self.ewma_takes)
    }
}

fn average(so_far: u64, newest: u64) -> u64 {
    so_far - (so_far >> WEIGHT_SHIFT) + ((newest << FRACTION_BITS) >> WEIGHT_SHIFT)
}

fn whole(average: u64) -> u32 {
    u32::try_from(average >> FRACTION_BITS).unwrap_or(u32::MAX)
}

#[expect(clippy::cast_precision_loss, reason = "an average for people; exact below 2^45")]
fn shown(average: u64) -> f64 {
    average as f64 / f64::from(1_u32 << FRACTION_BITS)
}
