mod catalogue;
mod lifecycle;
mod offers;
mod properties;
mod registration;
mod rehosting;
mod retiring;
