//! Contenders of a benchmark in turns, and their medians. A turn on a busy machine is played again.

use anyhow::Result;

/// Turns that count, of each contender.
pub const ROUNDS: usize = 5;

/// Cores that other programs may use during a round that counts. Above it, whoever sleeps most in `fdatasync` loses
/// most, and even ratios move.
const FOREIGN_CORES_MAX: f64 = 0.5;

/// Rounds that are played again because the machine was busy, before busy rounds count too.
const ROUNDS_AGAIN_MAX: usize = 3;

/// What one turn measured, or the medians of several.
#[derive(Debug, Clone)]
pub struct Turn {
    /// The contender's numbers, in the benchmark's own order and units.
    pub values: Vec<f64>,
    /// Cores that other programs used meanwhile; of several turns the most.
    pub foreign_cores: f64,
}

/// Lets the contenders play in turns, each round beginning with the next of them, and returns their medians in the
/// given order. A round on a busy machine is played again, within bounds.
pub fn in_turns<C: Copy>(contenders: &[C], mut play: impl FnMut(C) -> Result<Turn>) -> Result<Vec<Turn>> {
    let mut turns: Vec<Vec<Turn>> = contenders.iter().map(|_| Vec::new()).collect();
    let mut again = 0;
    let mut round = 0;
    while round < ROUNDS {
        let order = (0..contenders.len()).map(|place| (place + round) % contenders.len());
        let mut played = Vec::new();
        for place in order {
            played.push((place, play(contenders[place])?));
        }
        let busy = played.iter().any(|(_, turn)| turn.foreign_cores > FOREIGN_CORES_MAX);
        if busy && again < ROUNDS_AGAIN_MAX {
            again += 1;
            continue;
        }
        for (place, turn) in played {
            turns[place].push(turn);
        }
        round += 1;
    }
    Ok(turns.iter().map(|turns| medians(turns)).collect())
}

fn medians(turns: &[Turn]) -> Turn {
    let numbers = turns.first().map_or(0, |turn| turn.values.len());
    let median_of = |place: usize| {
        let mut values: Vec<f64> = turns.iter().map(|turn| turn.values[place]).collect();
        values.sort_by(f64::total_cmp);
        values[values.len() / 2]
    };
    Turn {
        values: (0..numbers).map(median_of).collect(),
        foreign_cores: turns.iter().map(|turn| turn.foreign_cores).fold(0.0, f64::max),
    }
}
