//! Taking and giving: sizes, limits, and what a buffer may show.

use super::super::{class_below, class_for};
use super::{CLASSES, DEFAULT_MAX_BYTES, Pools, SIZES, burst};

#[test]
fn a_buffer_is_of_the_smallest_class_that_holds_what_is_asked() {
    let mut pools = Pools::default();
    for least in (0..2000).chain(SIZES.iter().flat_map(|size| size - 2..size + 2)).chain([1 << 20, (1 << 20) + 1]) {
        let size = SIZES.into_iter().find(|size| *size >= least).unwrap_or(least);
        let buffer = pools.take(least);
        assert_eq!(buffer.capacity(), size, "{least}");
        assert_eq!(class_for(least), SIZES.iter().position(|size| *size >= least).unwrap_or(CLASSES), "{least}");
    }
}

#[test]
fn a_buffer_of_any_capacity_goes_to_the_class_below() {
    for capacity in
        (0..10_000).chain(SIZES.iter().flat_map(|size| size - 2..size + 2)).chain([(1 << 20) - 1, 1 << 20, usize::MAX])
    {
        let below = SIZES.iter().rposition(|size| *size <= capacity).filter(|_| capacity < 1 << 20);
        assert_eq!(class_below(capacity), below, "{capacity}");
    }
    let mut pools = Pools::default();
    for (capacity, kept) in [(1023, 0), (1024, 1), (5000, 2), ((1 << 20) - 1, 3), (1 << 20, 3)] {
        pools.give(Vec::with_capacity(capacity));
        assert_eq!(pools.kept(), kept, "{capacity}");
    }
    assert_eq!(pools.stats().classes.map(|class| class.kept), [1, 1, 0, 0, 1]);
    assert_eq!(pools.stats().foreign, 5);
    assert_eq!(pools.kept_bytes(), 1024 + 5000 + (1 << 20) - 1);
    assert!(pools.take(4096).capacity() == 5000 && pools.take(4096).capacity() == 4096);
}

#[test]
fn a_buffer_comes_back_empty() {
    let mut pools = Pools::default();
    let mut buffer = pools.take(10);
    buffer.extend_from_slice(b"a secret");
    let memory = buffer.as_ptr();
    pools.give(buffer);
    let buffer = pools.take(10);
    assert_eq!(buffer.as_ptr(), memory, "it is the same memory");
    assert!(buffer.is_empty(), "and safe code sees nothing of what was in it");
}

#[test]
fn every_class_has_its_own_fifth_of_the_limit() {
    let mut pools = Pools::default();
    for size in SIZES.into_iter().rev() {
        burst(&mut pools, 10_000_000 / size, size);
    }
    let stats = pools.stats();
    for class in stats.classes {
        assert!(class.kept_bytes <= DEFAULT_MAX_BYTES / CLASSES && class.kept_bytes >= 6 << 20, "{class:?}");
        assert!(class.refused > 0 && class.in_use == 0, "{class:?}");
    }
    assert!(stats.kept_bytes <= stats.max_bytes && stats.kept_bytes == pools.kept_bytes());
}

#[test]
fn nothing_is_kept_with_a_limit_of_nothing() {
    let mut pools = Pools::new(0);
    for second in 1..100 {
        burst(&mut pools, 100, 4096);
        pools.tick(second * 1000);
        assert_eq!((pools.kept(), pools.kept_bytes()), (0, 0));
    }
    let stats = pools.stats().classes[1];
    assert_eq!((stats.takes, stats.hits, stats.misses, stats.prepared), (9900, 0, 9900, 0));
    assert_eq!(stats.hit_ratio(), Some(0.0));
}

#[test]
fn a_peer_that_alternates_tiny_and_large_pins_nothing_beyond_the_limit() {
    // Each buffer is taken for a byte and grows to just below the next class, which wastes the most of a shelf.
    let mut pools = Pools::new(5 << 20);
    let mut now_ms = 0;
    for round in 0..200_usize {
        let grown = SIZES[round % CLASSES] * 4 - 1;
        let taken: Vec<_> = (0..50).map(|_| pools.take(1)).collect();
        for mut buffer in taken {
            buffer.reserve_exact(grown);
            pools.give(buffer);
        }
        burst(&mut pools, 3, 1 << 30);
        assert!(pools.kept_bytes() <= 5 << 20);
        super::rest(&mut pools, &mut now_ms, 1);
        assert!(pools.kept_bytes() <= 5 << 20);
    }
    let stats = pools.stats();
    assert_eq!((stats.beyond.takes, stats.beyond.hits, stats.beyond.in_use), (600, 0, 0));
    super::rest(&mut pools, &mut now_ms, 60);
    assert!(pools.kept_bytes() <= CLASSES * super::IDLE_BYTES);
    assert!(pools.rests());
}

#[test]
fn grown_buffers_serve_those_who_would_grow_one() {
    let mut pools = Pools::default();
    for _ in 0..1000 {
        let mut buffer = pools.take(1000);
        if buffer.capacity() < 4096 {
            buffer.reserve_exact(4096);
        }
        pools.give(buffer);
    }
    let stats = pools.stats();
    let [small, next, ..] = stats.classes;
    assert_eq!((small.takes, small.misses, small.grown, small.borrowed), (1000, 1, 1, 999));
    assert_eq!((next.takes, next.kept, small.kept), (0, 1, 0));
}

#[test]
fn counts_of_use_are_true_when_everything_is_back() {
    // Any order of giving, with buffers that have grown between: the sum is always right, each class in the end.
    let mut pools = Pools::default();
    let mut seed = 0x9e37_79b9_u32;
    let mut held = Vec::new();
    for step in 0..20_000 {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let value = (seed >> 8) as usize;
        if step < 15_000 && (value & 1 == 0 || held.is_empty()) {
            held.push(pools.take(value % 400_000));
        } else if !held.is_empty() {
            let mut buffer: Vec<u8> = held.swap_remove(value % held.len());
            buffer.reserve_exact(value % 70_000);
            pools.give(buffer);
        }
        let stats = pools.stats();
        let in_use: u32 = stats.classes.iter().map(|class| class.in_use).sum();
        assert_eq!((in_use + stats.beyond.in_use) as usize, held.len());
        assert!(stats.kept_bytes <= stats.max_bytes && stats.foreign == 0);
    }
    for buffer in held {
        pools.give(buffer);
    }
    let stats = pools.stats();
    assert!(stats.classes.iter().chain([&stats.beyond]).all(|class| class.in_use == 0));
    for class in stats.classes {
        assert_eq!(class.takes, class.hits + class.misses);
        assert!(class.borrowed <= class.hits);
    }
}
