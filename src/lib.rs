//! The program as a library, so that its tests and benchmarks can use its parts.
