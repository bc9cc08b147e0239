//! What the operating system knows: descriptors the process may have, and the way to a peer.

#![allow(unsafe_code, reason = "foreign functions of the C library")]

/// Descriptors this process may have open; `None` where there is no such limit.
#[cfg(unix)]
pub fn max_descriptors() -> Option<u32> {
    let mut limit = libc::rlimit { rlim_cur: 0, rlim_max: 0 };
    // SAFETY: the result has room.
    let status = unsafe { libc::getrlimit(libc::RLIMIT_NOFILE, &raw mut limit) };
    (status == 0 && limit.rlim_cur != libc::RLIM_INFINITY).then(|| u32::try_from(limit.rlim_cur).unwrap_or(u32::MAX))
}

/// Descriptors this process may have open; `None` where there is no such limit.
#[cfg(not(unix))]
pub fn max_descriptors() -> Option<u32> {
    None
}

/// Descriptors this process has open; 0 where the system does not tell.
pub fn open_descriptors() -> u32 {
    std::fs::read_dir("/dev/fd").map_or(0, |entries| u32::try_from(entries.count()).unwrap_or(u32::MAX))
}

/// The quality of the way to the peer of a TCP socket; `None` where the system does not tell.
#[cfg(target_os = "linux")]
pub fn quality(descriptor: i32) -> Option<nexure_core::engine::Quality> {
    // `tcpi_notsent_bytes` came with Linux 4.6, and stands behind what the C library declares: the layout of the
    // kernel only grows (linux/tcp.h).
    const RETRANSMITS_AT: usize = 100;
    const UNSENT_AT: usize = 144;
    let mut info = [0_u8; 192];
    let mut length: libc::socklen_t = 192;
    // SAFETY: the buffer has the length that is passed; a descriptor that is no TCP socket gives an error.
    let status = unsafe {
        libc::getsockopt(descriptor, libc::IPPROTO_TCP, libc::TCP_INFO, info.as_mut_ptr().cast(), &raw mut length)
    };
    let number = |at: usize| {
        let bytes = info.get(..length as usize)?.get(at..at + 4)?;
        Some(u32::from_ne_bytes(bytes.try_into().ok()?))
    };
    if status != 0 {
        return None;
    }
    Some(nexure_core::engine::Quality { unsent_bytes: number(UNSENT_AT)?, retransmits: number(RETRANSMITS_AT)? })
}

/// The quality of the way to the peer of a TCP socket; `None` where the system does not tell.
#[cfg(not(target_os = "linux"))]
pub fn quality(_: i32) -> Option<nexure_core::engine::Quality> {
    None
}
