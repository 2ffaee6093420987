use super::trivia::{comma, indented, rest_of_line};
use crate::report::Edit;
use crate::text::json::{Comments, Json, Value, read};
use crate::text::{Location, Source, Span};

/// An object or an array in a text: what stands between its brackets, and where.
pub(super) struct List {
    source: Source,
    /// Behind the opening bracket.
    open: usize,
    /// The closing bracket.
    close: usize,
    /// A member with its name, or an item.
    items: Vec<Span>,
    /// The names of members; empty for an array.
    pub(super) names: Vec<String>,
    /// The places of values.
    pub(super) values: Vec<Span>,
    brace: bool,
}

impl List {
    /// The object or array at a place; `None` where none stands there.
    pub(super) fn of(at: &Location) -> Option<Self> {
        let (json, _) = read(at.source.text().get(at.span.start..at.span.end)?, Comments::Allowed);
        let json = json?;
        let moved = |span: Span| Span::new(at.span.start + span.start, at.span.start + span.end);
        let mut names = Vec::new();
        let (items, values): (Vec<Span>, Vec<Span>) = match &json.value {
            Value::Object(members) => {
                names = members.iter().map(|member| member.name.clone()).collect();
                let both = |member: &crate::text::json::Member| {
                    let value = moved(member.value.span);
                    (Span::new(moved(member.name_span).start, value.end), value)
                };
                members.iter().map(both).unzip()
            }
            Value::Array(items) => items.iter().map(|item: &Json| (moved(item.span), moved(item.span))).unzip(),
            _ => return None,
        };
        let whole = moved(json.span);
        let brace = matches!(json.value, Value::Object(_));
        Some(Self {
            source: at.source.clone(),
            open: whole.start + 1,
            close: whole.end - 1,
            items,
            names,
            values,
            brace,
        })
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.items.len()
    }

    /// The place of the value `index`.
    pub(super) fn value(&self, index: usize) -> Option<Location> {
        self.values.get(index).map(|span| self.source.at(*span))
    }

    /// What stands between a name and its value, as the last member has it: `: `.
    pub(super) fn colon(&self) -> &str {
        let last = self.items.last().zip(self.values.last()).zip(self.names.last());
        let between = last.and_then(|((item, value), _)| {
            let text = self.text(item.start, value.start);
            text.rfind('"').and_then(|quote| text.get(quote + 1..))
        });
        between.filter(|text| text.trim() == ":").unwrap_or(": ")
    }

    fn text(&self, start: usize, end: usize) -> &str {
        self.source.text().get(start..end).unwrap_or_default()
    }

    fn edit(&self, start: usize, end: usize, text: impl Into<String>) -> Edit {
        Edit { at: self.source.at(Span::new(start, end)), text: text.into() }
    }

    /// The white space right before an entry, and whether it is a line of its own.
    fn lead(&self, index: usize) -> (&str, bool) {
        let start = self.items.get(index).map_or(self.open, |span| span.start);
        let from = if index == 0 { self.open } else { self.items.get(index - 1).map_or(self.open, |span| span.end) };
        let text = self.text(from, start);
        let space = text.get(text.trim_end().len()..).unwrap_or_default();
        match space.rfind('\n') {
            // Blank lines before it are no part of its indentation.
            Some(line) => {
                let line = if space.get(..line).is_some_and(|before| before.ends_with('\r')) { line - 1 } else { line };
                (space.get(line..).unwrap_or_default(), true)
            }
            None => (space, false),
        }
    }

    /// What separates two entries in this list, behind the comma.
    fn separator(&self, near: usize) -> (String, bool) {
        let (lead, lines) = self.lead(near);
        if lines {
            return (lead.to_owned(), true);
        }
        let between = if near == 0 { (self.items.len() > 1).then(|| self.lead(1).0) } else { Some(lead) };
        (between.unwrap_or(" ").to_owned(), false)
    }

    /// Puts entries in before the entry `index`, or behind the last one, in the layout of their neighbours.
    pub(super) fn insert(&self, index: usize, texts: &[String]) -> Vec<Edit> {
        let index = index.min(self.items.len());
        let Some(before) = index.checked_sub(1) else { return self.insert_first(texts) };
        let Some(neighbour) = self.items.get(before) else { return Vec::new() };
        let (separator, lines) = self.separator(before);
        let texts: Vec<String> = texts.iter().map(|text| indented(text, &separator, lines)).collect();
        let joined = texts.join(&format!(",{separator}"));
        let comma = comma(self.source.text(), neighbour.end, self.close);
        // A comment at the end of the neighbour's line stays with the neighbour.
        let behind = |offset: usize| if lines { rest_of_line(self.source.text(), offset, self.close) } else { offset };
        if let Some(comma) = comma {
            let at = behind(comma + 1);
            return vec![self.edit(at, at, format!("{separator}{joined},"))];
        }
        let at = behind(neighbour.end);
        if at == neighbour.end {
            return vec![self.edit(at, at, format!(",{separator}{joined}"))];
        }
        vec![self.edit(neighbour.end, neighbour.end, ","), self.edit(at, at, format!("{separator}{joined}"))]
    }

    fn insert_first(&self, texts: &[String]) -> Vec<Edit> {
        if let Some(first) = self.items.first() {
            let (separator, lines) = self.separator(0);
            let texts: Vec<String> = texts.iter().map(|text| indented(text, &separator, lines)).collect();
            let joined: String = texts.iter().map(|text| format!("{text},{separator}")).collect();
            return vec![self.edit(first.start, first.start, joined)];
        }
        let joined = texts.join(", ");
        let text = if self.brace { format!(" {joined} ") } else { joined };
        // What is left there is a comment, or nothing.
        let end = if self.text(self.open, self.close).trim().is_empty() { self.close } else { self.open };
        vec![self.edit(self.open, end, text)]
    }

    /// Takes an entry out, with one comma, and with its line where it has one. Comments stay.
    pub(super) fn remove(&self, index: usize) -> Vec<Edit> {
        let Some(item) = self.items.get(index) else { return Vec::new() };
        let (lead, lines) = self.lead(index);
        let text = self.source.text();
        if let Some(comma) = comma(text, item.end, self.close) {
            let between = self.text(item.end, comma);
            let end = if lines {
                // The line goes when nothing else stands on it.
                comma + 1
            } else {
                let after = self.text(comma + 1, self.close);
                comma + 1 + (after.len() - after.trim_start().len())
            };
            let alone = lines && self.line_ends(end);
            let start = if alone { item.start - lead.len() } else { item.start };
            if between.trim().is_empty() {
                return vec![self.edit(start, end, "")];
            }
            return vec![self.edit(start, item.end, ""), self.edit(comma, end, "")];
        }
        // The line break that ends a line comment stays.
        let start = if self.ends_in_comment(item.start - lead.len()) { item.start } else { item.start - lead.len() };
        let Some(before) = index.checked_sub(1).and_then(|before| self.items.get(before)) else {
            let whole =
                self.text(self.open, item.start).trim().is_empty() && self.text(item.end, self.close).trim().is_empty();
            return vec![if whole { self.edit(self.open, self.close, "") } else { self.edit(start, item.end, "") }];
        };
        let Some(at) = comma(text, before.end, item.start) else { return Vec::new() };
        if self.text(at + 1, item.start).trim().is_empty() {
            return vec![self.edit(at, item.end, "")];
        }
        vec![self.edit(at, at + 1, ""), self.edit(start, item.end, "")]
    }

    /// Whether the line before an offset ends in a comment that goes to its end.
    fn ends_in_comment(&self, offset: usize) -> bool {
        let between =
            self.text(self.items.iter().map(|item| item.end).rfind(|end| *end <= offset).unwrap_or(self.open), offset);
        between.rsplit('\n').next().is_some_and(|line| line.contains("//"))
    }

    /// Whether nothing but white space stands between an offset and the end of its line.
    fn line_ends(&self, offset: usize) -> bool {
        let rest = self.text(offset, self.close);
        rest.split('\n').next().is_some_and(|line| line.trim().is_empty()) && rest.contains('\n')
    }
}
