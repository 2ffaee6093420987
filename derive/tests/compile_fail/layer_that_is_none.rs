use topika::handler::HandlerService;

struct Timeout;

fn main() {
    HandlerService::default().layer(&Timeout);
}
