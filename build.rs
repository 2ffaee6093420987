//! Turns the schemas into Rust: see topika_build.

fn main() {
    topika_build::run()
}
