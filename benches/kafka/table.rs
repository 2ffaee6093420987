//! Rows in turns, told by their medians.

use crate::meter::Took;

pub(crate) struct Table {
    title: String,
    floor: &'static str,
    rows: Vec<(String, Vec<Took>)>,
}

impl Table {
    /// The row that the others are compared with is the floor.
    pub(crate) fn new(title: String, floor: &'static str) -> Self {
        Self { title, floor, rows: Vec::new() }
    }

    pub(crate) fn add(&mut self, row: &str, took: Took) {
        eprintln!("{}: {row}: {:.2} us CPU, {:.0}/s", self.title, took.cpu_micros(), took.per_second());
        match self.rows.iter_mut().find(|(name, _)| name == row) {
            Some((_, all)) => all.push(took),
            None => self.rows.push((row.to_owned(), vec![took])),
        }
    }

    pub(crate) fn print(&self) {
        let floor = self.rows.iter().find(|(name, _)| name == self.floor).unwrap();
        let (cpu, rate) = (middle(&floor.1, Took::cpu_micros), middle(&floor.1, Took::per_second));
        println!(
            "\n| {} | us CPU a message: least, median | more than {} | messages a second: median | to it |",
            self.title, self.floor
        );
        println!("|---|---|---|---|---|");
        for (name, all) in &self.rows {
            let least = all.iter().map(Took::cpu_micros).fold(f64::INFINITY, f64::min);
            let (this, per_second) = (middle(all, Took::cpu_micros), middle(all, Took::per_second));
            println!(
                "| {name} | {least:.2}, {this:.2} | {:+.2} | {per_second:.0} | {:.0} % |",
                this - cpu,
                100.0 * per_second / rate
            );
        }
    }
}

fn middle(all: &[Took], of: impl Fn(&Took) -> f64) -> f64 {
    let mut values: Vec<f64> = all.iter().map(of).collect();
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
