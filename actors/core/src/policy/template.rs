//! Texts with variables: `{name}` is replaced by a value, once, and nothing in a value is replaced again.

/// A piece of a text.
enum Piece<'a> {
    Plain(&'a str),
    Variable(&'a str),
    /// A brace that begins or ends no variable.
    Brace(&'a str),
}

/// The text with its variables filled in. What has no value stays as it is written.
pub(super) fn filled<'v>(text: &str, value: impl Fn(&str) -> Option<&'v str>) -> String {
    let mut filled = String::with_capacity(text.len());
    for piece in pieces(text) {
        match piece {
            Piece::Plain(plain) | Piece::Brace(plain) => filled.push_str(plain),
            Piece::Variable(name) => match value(name) {
                Some(value) => filled.push_str(value),
                None => {
                    filled.push('{');
                    filled.push_str(name);
                    filled.push('}');
                }
            },
        }
    }
    filled.trim().to_owned()
}

/// Whether the text uses a variable.
pub(super) fn uses(text: &str, variable: &str) -> bool {
    pieces(text).iter().any(|piece| matches!(piece, Piece::Variable(name) if *name == variable))
}

/// What is wrong with the variables of a text, in words that follow the text's name.
pub(super) fn problem_with(text: &str, known: &[&str]) -> Option<String> {
    let list = known.iter().map(|name| format!("{{{name}}}")).collect::<Vec<_>>().join(", ");
    pieces(text).iter().find_map(|piece| match piece {
        Piece::Plain(_) => None,
        Piece::Variable(name) if known.contains(name) => None,
        Piece::Variable(name) => Some(format!("has no variable {{{name}}}; known here: {list}")),
        Piece::Brace(brace) => Some(format!("has a stray {brace:?}; variables known here: {list}")),
    })
}

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (plain, from_brace) = rest.split_at(at);
        pieces.push(Piece::Plain(plain));
        let inside = from_brace.strip_prefix('{').and_then(|after| after.split_once('}'));
        match inside.filter(|(name, _)| is_name(name)) {
            Some((name, after)) => {
                pieces.push(Piece::Variable(name));
                rest = after;
            }
            None => {
                let (brace, after) = from_brace.split_at(1);
                pieces.push(Piece::Brace(brace));
                rest = after;
            }
        }
    }
    pieces.push(Piece::Plain(rest));
    pieces
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_lowercase() || letter == '_')
}
