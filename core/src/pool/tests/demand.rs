//! Following demand: ahead of it while it rises, behind it with patience while it falls.

use super::{CLASSES, IDLE_BYTES, Pools, SIZES, burst, rest};

#[test]
fn ten_thousand_at_once_and_then_none_leave_what_an_idle_pool_keeps() {
    for (least, second_burst) in [(1000, false), (4000, true), (60_000, false)] {
        let mut pools = Pools::default();
        let mut now_ms = 0;
        burst(&mut pools, 10_000, least);
        let high = pools.kept_bytes();
        assert!(high > 6 << 20 && high <= pools.stats().max_bytes);
        rest(&mut pools, &mut now_ms, 10);
        assert_eq!(pools.kept_bytes(), high, "not given back while it may come again");
        if second_burst {
            burst(&mut pools, high / 4096, least);
            assert_eq!(pools.stats().classes[1].misses, 10_000, "it came again");
        }
        rest(&mut pools, &mut now_ms, 30);
        assert!(pools.kept_bytes() <= IDLE_BYTES, "{}", pools.kept_bytes());
        assert!(pools.rests());
        let before = pools.stats();
        rest(&mut pools, &mut now_ms, 100);
        assert_eq!(pools.kept_bytes(), before.kept_bytes, "an idle pool rests");
    }
}

#[test]
fn memory_falls_to_the_idle_watermark_after_demand_does() {
    let mut pools = Pools::default();
    let mut now_ms = 0;
    for _ in 0..60 {
        for size in SIZES {
            burst(&mut pools, 6_000_000 / size, size);
        }
        rest(&mut pools, &mut now_ms, 1);
    }
    assert!(pools.kept_bytes() > 28_000_000);
    let mut last = pools.kept_bytes();
    for second in 0..30 {
        rest(&mut pools, &mut now_ms, 1);
        assert!(pools.kept_bytes() <= last, "second {second}");
        last = pools.kept_bytes();
    }
    assert!(last <= (CLASSES - 1) * IDLE_BYTES, "the largest class keeps none: {last}");
    assert!(pools.stats().classes.iter().all(|class| class.given_back > 0));
}

#[test]
fn a_rising_demand_finds_buffers_that_were_made_for_it() {
    // One percent more each second: without headroom, every second would miss.
    let mut pools = Pools::default();
    let mut now_ms = 0;
    let mut late = 0;
    for second in 0..200_usize {
        let misses = pools.stats().classes[1].misses;
        burst(&mut pools, 200 + second * 2, 4096);
        late += u32::from(second > 2 && pools.stats().classes[1].misses > misses);
        rest(&mut pools, &mut now_ms, 1);
    }
    assert_eq!(late, 0, "{:?}", pools.stats().classes[1]);
    assert!(pools.stats().classes[1].prepared > 0);
}

#[test]
fn what_is_in_use_is_not_prepared_for_again() {
    let mut pools = Pools::default();
    let mut now_ms = 0;
    let held: Vec<_> = (0..1000).map(|_| pools.take(4096)).collect();
    rest(&mut pools, &mut now_ms, 40);
    assert!(pools.kept() <= 16, "a pool does not double what slow peers hold: {}", pools.kept());
    drop(held);
    // Buffers that never come back cancel out: the pool does not make new ones for them.
    for _ in 0..100 {
        drop(pools.take(4096));
        rest(&mut pools, &mut now_ms, 1);
    }
    assert!(pools.kept() <= 17, "{}", pools.kept());
}

#[test]
fn a_tick_ends_the_seconds_that_have_passed_however_many() {
    for steps in
        [vec![1000; 64], vec![250; 256], vec![64_000], vec![u64::MAX / 2], vec![17_999, 1, 20_000, 8_000, 18_000]]
    {
        let mut pools = Pools::default();
        let mut now_ms = 5_000;
        pools.tick(now_ms);
        burst(&mut pools, 500, 1000);
        assert_eq!(pools.kept(), 500);
        for step in &steps {
            now_ms += step;
            pools.tick(now_ms);
        }
        assert_eq!(pools.kept(), 64, "{steps:?}");
        pools.tick(0);
        pools.tick(now_ms);
        assert_eq!(pools.kept(), 64, "time that goes back is no time");
    }
}

#[test]
fn statistics_tell_what_happened() {
    let mut pools = Pools::default();
    assert_eq!(pools.stats().classes[0].hit_ratio(), None, "of nothing there is no ratio");
    let mut now_ms = 0;
    for _ in 0..100 {
        burst(&mut pools, 8, 100);
        burst(&mut pools, 8, 100);
        rest(&mut pools, &mut now_ms, 1);
    }
    let class = pools.stats().classes[0];
    assert_eq!((class.size, class.takes, class.misses, class.hits), (1024, 1600, 8, 1592));
    assert_eq!((class.last_peak, class.in_use, class.kept), (8, 0, 10), "8 and a quarter of headroom");
    assert!((class.ewma_takes - 16.0).abs() < 0.1 && (class.ewma_peak - 8.0).abs() < 0.1, "{class:?}");
    assert!((class.hit_ratio().unwrap() - 0.995).abs() < 1e-9);
    rest(&mut pools, &mut now_ms, 1);
    let half = pools.stats().classes[0];
    assert!((half.ewma_takes - 12.0).abs() < 0.1 && half.last_peak == 0, "{half:?}");
}
