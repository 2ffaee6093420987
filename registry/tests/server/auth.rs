//! Who may use a server.

use serde_json::json;
use topika_registry::client::Client;
use topika_registry::server::{Server, Users};

use super::schema;

#[tokio::test]
async fn without_a_password_nothing_is_answered_but_the_challenge() {
    let server = Server::builder().users(Users::one("ann", "a:b ü")).start("127.0.0.1:0").await.unwrap();
    let http = reqwest::Client::builder().no_proxy().build().unwrap();
    for path in ["/subjects", "/", "/nowhere"] {
        let response = http.get(format!("{}{path}", server.url())).send().await.unwrap();
        assert_eq!(response.status().as_u16(), 401);
        assert_eq!(response.headers()["www-authenticate"], "Basic realm=\"SchemaRegistry-Props\"");
        let body: serde_json::Value = serde_json::from_str(&response.text().await.unwrap()).unwrap();
        assert_eq!(body, json!({"error_code": 401, "message": "Unauthorized"}));
    }
    let wrong = http.get(format!("{}/subjects", server.url())).basic_auth("ann", Some("other")).send().await.unwrap();
    assert_eq!(wrong.status().as_u16(), 401);
    let ann = Client::builder().url(server.url()).basic_auth("ann", "a:b ü").build().unwrap();
    assert_eq!(ann.register("s", &schema()).await.unwrap().id, 1);
    assert!(!format!("{server:?}").contains("a:b"));
}

#[test]
fn a_byte_order_mark_is_of_nobodys_name() {
    let users = Users::parse("\u{feff}ann:secret\r\nbob:hush\r\n").unwrap();
    assert_eq!(format!("{users:?}"), r#"Users(["ann", "bob"])"#);
}
