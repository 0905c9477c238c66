//! Card numbers and IBANs, told from other long numbers by length, beginning and check digits. What is found is shown
//! by its last four characters alone.

use crate::reading::phrases::Match;

/// How many characters of a number are shown.
const SHOWN: usize = 4;

/// The lengths of the IBANs of the countries that use them most, and their country codes. Source: SWIFT's IBAN
/// registry (ISO 13616).
const IBAN_LENGTHS: [(&[u8; 2], usize); 42] = [
    (b"AE", 23),
    (b"AT", 20),
    (b"BE", 16),
    (b"BG", 22),
    (b"BR", 29),
    (b"CH", 21),
    (b"CY", 28),
    (b"CZ", 24),
    (b"DE", 22),
    (b"DK", 18),
    (b"EE", 20),
    (b"ES", 24),
    (b"FI", 18),
    (b"FR", 27),
    (b"GB", 22),
    (b"GI", 23),
    (b"GR", 27),
    (b"HR", 21),
    (b"HU", 28),
    (b"IE", 22),
    (b"IL", 23),
    (b"IS", 26),
    (b"IT", 27),
    (b"LI", 21),
    (b"LT", 20),
    (b"LU", 20),
    (b"LV", 21),
    (b"MC", 27),
    (b"MT", 31),
    (b"NL", 18),
    (b"NO", 15),
    (b"PL", 28),
    (b"PT", 25),
    (b"RO", 24),
    (b"RS", 22),
    (b"SA", 24),
    (b"SE", 24),
    (b"SI", 19),
    (b"SK", 24),
    (b"SM", 27),
    (b"TR", 26),
    (b"UA", 29),
];

/// The first card number or IBAN in `text`.
pub(super) fn bank_number(text: &str) -> Option<Match> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find_map(|at| {
        let is_start = at == 0 || !bytes.get(at - 1).is_some_and(u8::is_ascii_alphanumeric);
        let first = *bytes.get(at)?;
        if !is_start {
            None
        } else if first.is_ascii_digit() {
            card_at(bytes, at)
        } else if first.is_ascii_alphabetic() {
            iban_at(bytes, at)
        } else {
            None
        }
    })
}

/// The most digits a card number has. Source: ISO/IEC 7812.
const CARD_DIGITS_MAX: usize = 19;

fn card_at(bytes: &[u8], at: usize) -> Option<Match> {
    let mut digits = Vec::new();
    let mut next = at;
    while let Some(byte) = bytes.get(next) {
        let goes_on = bytes.get(next + 1).is_some_and(u8::is_ascii_digit);
        match byte {
            b'0'..=b'9' if digits.len() < CARD_DIGITS_MAX => digits.push(byte - b'0'),
            b' ' | b'-' | b'.' if goes_on => {
                if is_card(&digits) {
                    break;
                }
            }
            b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => return None,
            _ => break,
        }
        next += 1;
    }
    is_card(&digits).then(|| {
        let shown: String = digits.iter().skip(digits.len() - SHOWN).map(ToString::to_string).collect();
        Match::new("gives a card number", &format!("•••• {shown}"))
    })
}

/// Whether these are the digits of a payment card: the beginnings and lengths of the large networks, and the check
/// digit of ISO/IEC 7812.
fn is_card(digits: &[u8]) -> bool {
    let beginning = digits.iter().take(4).fold(0_u32, |number, digit| number * 10 + u32::from(*digit));
    let is_network = match digits.len() {
        14 => matches!(beginning, 3000..=3059 | 3600..=3699 | 3800..=3999),
        15 => matches!(beginning, 3400..=3499 | 3700..=3799),
        16 => {
            matches!(beginning, 3528..=3589 | 4000..=5099 | 5100..=5899 | 6011 | 6200..=6299 | 6370..=6399 | 6440..=6599 | 2221..=2720)
        }
        18 | 19 => matches!(beginning, 4000..=4999 | 5018..=5893 | 6011 | 6200..=6299 | 6304..=6763),
        _ => false,
    };
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| match (place % 2, u32::from(*digit) * 2) {
            (0, _) => u32::from(*digit),
            (_, doubled) if doubled > 9 => doubled - 9,
            (_, doubled) => doubled,
        })
        .sum();
    is_network && sum.is_multiple_of(10)
}

fn iban_at(bytes: &[u8], at: usize) -> Option<Match> {
    let country = [bytes.get(at)?.to_ascii_uppercase(), bytes.get(at + 1)?.to_ascii_uppercase()];
    let (_, length) = IBAN_LENGTHS.iter().find(|(code, _)| **code == country)?;
    let mut iban = Vec::with_capacity(*length);
    let mut next = at;
    while iban.len() < *length {
        match bytes.get(next)? {
            byte if byte.is_ascii_alphanumeric() => iban.push(byte.to_ascii_uppercase()),
            b' ' | b'-' | b'.' if bytes.get(next + 1).is_some_and(u8::is_ascii_alphanumeric) => {}
            _ => return None,
        }
        next += 1;
    }
    let ends = !bytes.get(next).is_some_and(u8::is_ascii_alphanumeric);
    (ends && has_check_digits(&iban)).then(|| {
        let shown = iban.get(iban.len() - SHOWN..).map(String::from_utf8_lossy).unwrap_or_default();
        Match::new("gives an IBAN", &format!("•••• {shown}"))
    })
}

/// The check of ISO 13616: the number that letters and digits make, read from the fifth on, leaves 1 when divided by
/// 97.
fn has_check_digits(iban: &[u8]) -> bool {
    let remainder =
        iban.iter().cycle().skip(4).take(iban.len()).try_fold(0_u32, |remainder, byte| match byte {
            b'0'..=b'9' => Some((remainder * 10 + u32::from(byte - b'0')) % 97),
            b'A'..=b'Z' => Some((remainder * 100 + u32::from(byte - b'A') + 10) % 97),
            _ => None,
        });
    remainder == Some(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn check_digits_tell_bank_numbers_from_others() {
        for (text, expected) in [
            ("4111 1111 1111 1111", Some("•••• 1111")),
            ("4111-1111-1111-1111 exp 04/29", Some("•••• 1111")),
            ("x 378282246310005", Some("•••• 0005")),
            ("4111111111111112", None),
            ("4111 1111 1111 1111 04 29", Some("•••• 1111")),
            ("A4111111111111111", None),
            ("+44 20 7946 0958", None),
            ("DE89 3704 0044 0532 0130 00", Some("•••• 3000")),
            ("de89370400440532013000!", Some("•••• 3000")),
            ("DE89 3704 0044 0532 0130 01", None),
            ("NO 15 minutes later, nothing", None),
            ("", None),
        ] {
            let found = bank_number(text).map(|found| found.words);
            assert_eq!(found.as_deref(), expected, "{text}");
        }
    }
}
