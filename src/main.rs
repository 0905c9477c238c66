//! The program: reads its arguments and does what they say. See `cli.rs`.

use std::process::ExitCode;

fn main() -> ExitCode {
    polus::cli::main()
}
