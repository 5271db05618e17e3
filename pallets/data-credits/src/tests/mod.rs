mod burn;
mod burn_for;
mod fees;
mod genesis;
mod pricing;
mod set_parameters;
mod spending;
mod views;
