//! What values look like: the places of a schema, and the members that objects at a place have, in their order.

use super::number::NUMBER_BYTES;

/// Members that an object may have to be written by a layout; chosen, so that a layout stays short.
pub const MAX_MEMBERS: usize = 256;

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

/// What stands in front of a member's value.
#[derive(Clone, Debug)]
pub(super) struct Lead {
    /// `,"name":`, or as much of it as fits.
    pub(super) block: [u8; LEAD_BLOCK],
    /// All of it, where it is longer than the block.
    pub(super) long: Box<[u8]>,
    pub(super) length: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) lead: Lead,
    pub(super) place: u32,
    /// What stands at the place, to save the look.
    pub(super) shape: Shape,
}

/// Members that objects have, in their order.
#[derive(Clone, Debug)]
pub(super) struct Layout {
    pub(super) members: Box<[Member]>,
    /// Bytes of all leads, and of all values that are numbers or literals.
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
            Some(Member { lead: Lead::of(name), place, shape })
        });
        let members: Box<[Member]> = members.collect::<Option<_>>().ok_or(ProgramError)?;
        let room = members.iter().map(|member| member.lead.length + NUMBER_BYTES).sum();
        let place = self.places.get_mut(place as usize).filter(|place| place.shape == Shape::Object);
        let place = place.ok_or(ProgramError)?;
        place.layouts.push(Layout { members, room });
        u32::try_from(place.layouts.len() - 1).map_err(|_| ProgramError)
    }
}

impl Lead {
    fn of(name: &str) -> Self {
        let text = format!(",{name}:").into_bytes();
        let mut block = [0; LEAD_BLOCK];
        let length = text.len();
        let fits = length <= LEAD_BLOCK;
        for (room, byte) in block.iter_mut().zip(&text) {
            *room = *byte;
        }
        Self { block, long: if fits { Box::default() } else { text.into_boxed_slice() }, length }
    }
}
