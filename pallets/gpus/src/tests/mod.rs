mod catalogue;
mod lifecycle;
mod properties;
mod registration;
mod rehosting;
mod retiring;
