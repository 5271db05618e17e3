mod bonds;
mod compensation;
mod duties;
mod parameters;
mod properties;
mod registration;
mod reputation;
mod shortfalls;
