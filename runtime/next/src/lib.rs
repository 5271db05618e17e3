//! The runtime with its spec version raised by one, for the test of a runtime upgrade: nothing here but what the build
//! script makes. It shares a folder with the build of the runtime proper and is built after it, never beside it, which
//! is why it is not one of the workspace's default members.

#![no_std]
