//! What a merchant can set: how it is stored, and that every rule of it does what its words say.

mod handoffs;
mod hours;
mod settings;
mod stored;
mod texts;
