//! What values look like: the places of a schema, and the members that objects at a place have, in their order.

use super::number::NUMBER_BYTES;
use super::string::CHUNK;

/// Members that an object may have to be written by a layout; chosen, so that a layout stays short.
pub const MAX_MEMBERS: usize = 256;

/// Room for a number, a literal, or a short string and its second quote.
const VALUE_BYTES: usize = if NUMBER_BYTES > CHUNK { NUMBER_BYTES } else { CHUNK + 1 };

/// A name with its quotes, its colon and what stands in front fits one block, mostly.
pub(super) const LEAD_BLOCK: usize = 32;

/// What stands at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// JSON text that the host has made.
    Raw,
    /// A string.
    String,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// An array, with the number of the place of its items.
    Array(u32),
    /// An object with one of several layouts.
    Object,
}

/// A program that cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ProgramError;

#[derive(Clone, Debug)]
pub(super) struct Member {
    /// What stands in front of the value: `,"name":`, and the first quote of a string. Nothing where it is long.
    pub(super) lead: [u8; LEAD_BLOCK],
    pub(super) lead_length: u8,
    pub(super) long_lead: Box<[u8]>,
    pub(super) place: u32,
    /// What stands at the place, to save the look.
    pub(super) shape: Shape,
}

/// Members that objects have, in their order.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) members: Box<[Member]>,
    /// Bytes of all leads, and of all values that are numbers, literals or short strings.
    pub(super) room: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) shape: Shape,
    pub(super) layouts: Vec<Layout>,
}

/// The places of a schema. Place 0 is the whole value.
#[derive(Clone, Debug, Default)]
pub struct Program {
    pub(super) places: Vec<Place>,
}

impl Program {
    /// Adds a place; returns its number. An array may name a place that is added later.
    ///
    /// # Errors
    /// [`ProgramError`] for more places than a number can count.
    pub fn add_place(&mut self, shape: Shape) -> Result<u32, ProgramError> {
        let number = u32::try_from(self.places.len()).map_err(|_| ProgramError)?;
        self.places.push(Place { shape, layouts: Vec::new() });
        Ok(number)
    }

    /// Adds a layout to a place of objects, behind the places of its members: names as JSON strings, quotes included, with the places of their values. Returns
    /// its number.
    ///
    /// # Errors
    /// [`ProgramError`] where there is no such place, or it is none of objects, and for more members than [`MAX_MEMBERS`].
    pub fn add_layout(&mut self, place: u32, members: &[(&str, u32)]) -> Result<u32, ProgramError> {
        if members.len() > MAX_MEMBERS {
            return Err(ProgramError);
        }
        let members = members.iter().map(|&(name, place)| {
            let shape = self.places.get(place as usize)?.shape;
            Some(Member::new(name, place, shape))
        });
        let members: Box<[Member]> = members.collect::<Option<_>>().ok_or(ProgramError)?;
        let room = members.iter().map(Member::room).sum();
        let place = self.places.get_mut(place as usize).filter(|place| place.shape == Shape::Object);
        let place = place.ok_or(ProgramError)?;
        place.layouts.push(Layout { members, room });
        u32::try_from(place.layouts.len() - 1).map_err(|_| ProgramError)
    }
}

impl Member {
    fn new(name: &str, place: u32, shape: Shape) -> Self {
        let quote = if shape == Shape::String { "\"" } else { "" };
        let text = format!(",{name}:{quote}").into_bytes();
        let mut lead = [0; LEAD_BLOCK];
        let short = lead.get_mut(..text.len()).map(|room| room.copy_from_slice(&text));
        let lead_length = short.and_then(|()| u8::try_from(text.len()).ok());
        let long_lead = if lead_length.is_some() { Box::default() } else { text.into_boxed_slice() };
        Self { lead, lead_length: lead_length.unwrap_or(0), long_lead, place, shape }
    }

    fn room(&self) -> usize {
        usize::from(self.lead_length) + self.long_lead.len() + VALUE_BYTES
    }
}
