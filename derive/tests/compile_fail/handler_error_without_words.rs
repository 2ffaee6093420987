use topika::HandlerError;

#[derive(Debug, HandlerError)]
enum CookError {
    OvenBroken,
}

fn main() {}
