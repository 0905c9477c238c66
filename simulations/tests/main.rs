//! What the simulated world promises, seen from outside, in one binary.
