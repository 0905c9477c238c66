//! The lines that come out of HTML: white space drawn together, breaks held back until words follow.

/// Lines in the making.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
    /// Line ends owed before the next word; two make an empty line.
    breaks: u8,
    /// Whether a space is owed before the next word.
    space: bool,
    /// What stands before the first word of a list item.
    mark: String,
    /// Whether the line that was last written to is a quoted one.
    quoted: bool,
}

impl Lines {
    /// How many bytes have been written.
    pub(super) fn len(&self) -> usize {
        self.text.len()
    }

    /// The whole text, of at most `bytes_max` bytes.
    pub(super) fn into_text(mut self, bytes_max: usize) -> String {
        self.text.truncate(self.text.floor_char_boundary(bytes_max));
        self.text
    }

    /// Adds words; their line ends count only in preformatted text.
    pub(super) fn words(&mut self, words: &str, quoted: bool, preformatted: bool) {
        for character in words.chars() {
            match character {
                '\n' if preformatted => self.line_break(),
                _ if character.is_whitespace() => self.space = true,
                _ => self.character(character, quoted),
            }
        }
    }

    /// Ends the line, also an empty one.
    pub(super) fn line_break(&mut self) {
        self.breaks = self.breaks.saturating_add(1).min(2);
    }

    /// Ends the line, if it has words.
    pub(super) fn block(&mut self) {
        self.breaks = self.breaks.max(1);
    }

    /// Ends the paragraph.
    pub(super) fn paragraph(&mut self) {
        self.breaks = 2;
    }

    /// Begins a list item: on a line of its own, close to the one before.
    pub(super) fn item_begins(&mut self) {
        self.breaks = 1;
    }

    /// Owes a space.
    pub(super) fn space(&mut self) {
        self.space = true;
    }

    /// What stands before the next words, if any come.
    pub(super) fn mark(&mut self, mark: String) {
        self.mark = mark;
    }

    fn character(&mut self, character: char, quoted: bool) {
        if self.quoted != quoted {
            self.breaks = self.breaks.max(1);
        }
        let is_first = self.text.is_empty();
        if self.breaks > 0 || is_first {
            if !is_first {
                self.text.push_str(if self.breaks > 1 { "\n\n" } else { "\n" });
            }
            if quoted {
                self.text.push_str("> ");
            }
        } else if self.space {
            self.text.push(' ');
        }
        self.text.push_str(&self.mark);
        self.mark.clear();
        (self.breaks, self.space, self.quoted) = (0, false, quoted);
        self.text.push(character);
    }
}
