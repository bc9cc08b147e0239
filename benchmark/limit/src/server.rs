//! The listener and the event loop.

use crate::connection::{Connection, Fate, Scratch};
use crate::site::Site;
use mio::event::Event;
use mio::net::TcpListener;
use mio::{Events, Interest, Poll, Token};
use std::io::{ErrorKind, Result};
use std::net::{Ipv4Addr, SocketAddr};

const LISTENER: Token = Token(usize::MAX);
/// Events taken per turn of the loop. Chosen: above the connections of any scenario.
const EVENTS: usize = 1024;

/// Serves on the loopback address until the process is killed; says `listening <port>` once it can be reached.
pub fn run(port: u16) -> Result<()> {
    let mut poll = Poll::new()?;
    let mut listener = TcpListener::bind(SocketAddr::from((Ipv4Addr::LOCALHOST, port)))?;
    poll.registry().register(&mut listener, LISTENER, Interest::READABLE)?;
    println!("listening {}", listener.local_addr()?.port());

    let mut site = Site::new();
    let mut scratch = Scratch::new();
    let mut connections = Connections::default();
    let mut events = Events::with_capacity(EVENTS);
    loop {
        match poll.poll(&mut events, None) {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            other => other?,
        }
        site.refresh_date();
        for event in &events {
            if event.token() == LISTENER {
                connections.accept(&listener, &poll)?;
            } else {
                connections.serve(event, &site, &mut scratch);
            }
        }
    }
}

/// The open connections by token, and the tokens that are free again.
#[derive(Default)]
struct Connections {
    slots: Vec<Option<Connection>>,
    free: Vec<usize>,
}

impl Connections {
    fn accept(&mut self, listener: &TcpListener, poll: &Poll) -> Result<()> {
        loop {
            let stream = match listener.accept() {
                Ok((stream, _)) => stream,
                Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
                Err(error) if matches!(error.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => continue,
                Err(error) => return Err(error),
            };
            stream.set_nodelay(true)?;
            let mut connection = Connection::new(stream);
            let slot = self.free.pop().unwrap_or_else(|| {
                self.slots.push(None);
                self.slots.len() - 1
            });
            let interest = Interest::READABLE | Interest::WRITABLE;
            poll.registry().register(connection.stream(), Token(slot), interest)?;
            if let Some(place) = self.slots.get_mut(slot) {
                *place = Some(connection);
            }
        }
    }

    fn serve(&mut self, event: &Event, site: &Site, scratch: &mut Scratch) {
        let Token(slot) = event.token();
        let Some(place) = self.slots.get_mut(slot) else { return };
        let Some(connection) = place else { return };
        if connection.serve(event, site, scratch) == Fate::Closed {
            *place = None;
            self.free.push(slot);
        }
    }
}
