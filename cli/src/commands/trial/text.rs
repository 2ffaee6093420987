use topika_contract::report::plain;

use super::row::{Row, Totals};
use crate::summary::count;

/// The heads of the columns; numbers stand at the right.
const HEADS: [&str; 7] = ["file", "types", "fallbacks", "findings", "compiled", "passed", "failed"];

/// The answer for people: a line for each file, what went wrong below it, the sums at the end.
pub(super) fn text(rows: &[Row], totals: &Totals, verbose: bool) -> String {
    let mut table: Vec<[String; 7]> = vec![HEADS.map(str::to_owned)];
    table.extend(rows.iter().map(cells));
    table.push([
        count(totals.files, "file"),
        totals.types.to_string(),
        totals.fallbacks.to_string(),
        totals.findings.to_string(),
        totals.compiled.to_string(),
        totals.passed.to_string(),
        totals.failed.to_string(),
    ]);
    let width = |column: usize| {
        table.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEADS.len()).map(width).collect();
    let mut lines = Vec::new();
    for (number, cells) in table.iter().enumerate() {
        let mut line = String::new();
        for (column, (cell, width)) in cells.iter().zip(&widths).enumerate() {
            let padding = " ".repeat(width.saturating_sub(cell.chars().count()));
            line += &if column == 0 { format!("{cell}{padding}") } else { format!("  {padding}{cell}") };
        }
        lines.push(line);
        if let Some(row) = number.checked_sub(1).and_then(|number| rows.get(number)) {
            lines.extend(below(row, verbose));
        }
    }
    lines.join("\n")
}

fn cells(row: &Row) -> [String; 7] {
    let compiled = if row.compiled { "yes" } else { "no" };
    [
        topika_contract::report::plain(&row.file).into_owned(),
        row.types.to_string(),
        row.fallbacks.to_string(),
        row.findings.to_string(),
        compiled.to_owned(),
        row.passed.to_string(),
        row.failed.to_string(),
    ]
}

fn below(row: &Row, verbose: bool) -> Vec<String> {
    let most = if verbose { usize::MAX } else { 1 };
    let mut lines = Vec::new();
    let mut say = |text: &str| {
        let first =
            if verbose { text.trim_end().to_owned() } else { text.lines().next().unwrap_or_default().to_owned() };
        lines.extend(first.lines().map(|line| format!("    {}", plain(line))));
    };
    row.faults.iter().take(most).for_each(|fault| say(fault));
    match row.differences.as_slice() {
        [] => row.first_difference.iter().for_each(|text| say(text)),
        differences => {
            for difference in differences.iter().take(most) {
                say(&plain(&format!("{}: {}", difference.r#type, difference.message)));
                say(&plain(&format!("  value: {}", difference.value)));
            }
        }
    }
    if verbose || row.passed == 0 {
        row.unasked.iter().for_each(|text| say(text));
    }
    if verbose {
        row.said.iter().for_each(|said| say(&plain(&format!("{}: {}: {}", said.at, said.rule, said.message))));
    }
    lines
}
