use super::Pattern;

#[track_caller]
fn found(pattern: &str, text: &str) -> bool {
    Pattern::parse(pattern).unwrap().is_found_in(text).unwrap()
}

#[test]
fn an_expression_is_searched_anywhere_in_the_text() {
    assert!(found("b", "abc") && !found("d", "abc"));
    assert!(found("", "") && found("^$", ""));
    assert!(found("^a.c$", "abc") && !found("^a.c$", "a\nc") && !found("^a.c$", "xabc"));
    assert!(found("a|b", "xb") && found("(?:ab|cd)+e", "abcde") && !found("^(ab|cd)$", "abcd"));
    assert!(found("^a{2,3}$", "aaa") && !found("^a{2,3}$", "aaaa") && found("^(a*)*$", "aaaa"));
    assert!(found("^a+?b$", "aab") && found(r"^\Qa.b\E$", "a.b") && !found(r"^\Qa.b\E$", "axb"));
}

#[test]
fn classes_are_those_of_java() {
    assert!(found(r"^[a-z_-]+$", "a-b_c") && !found("^[^a-z]$", "b"));
    assert!(found(r"^\d\w\s$", "1_ ") && !found(r"^\p{Lu}\P{L}$", "Éé") && found(r"^\p{L}+$", "Éé"));
    assert!(found("^[a-z&&[^aeiou]]+$", "xyz") && !found("^[a-z&&[^aeiou]]+$", "xaz"));
    assert!(found(r"^\u0041\x42\x{43}$", "ABC") && found("(?i)^abc$", "aBC") && !found("^(?i:a)b$", "AB"));
}

#[test]
fn places_and_looks_ahead_take_nothing() {
    assert!(found(r"\bcat\b", "a cat") && !found(r"\bcat\b", "concat"));
    assert!(found("a$", "a\n") && !found(r"a\z", "a\n") && !found("a$", "a\n\n"));
    assert!(found("^(?!x-)", "y-a") && !found("^(?!x-)", "x-a") && found("^(?=.*b)a", "ab"));
}

#[test]
fn what_java_refuses_is_told_from_what_is_not_understood() {
    for text in ["(", ")", "[a", "*", "a{2,1}", "[b-a]", "\\"] {
        assert!(Pattern::parse(text).unwrap_err().invalid, "{text}");
    }
    for text in [r"(a)\1", "(?<=a)b", "a++", r"\p{Greek}"] {
        assert!(!Pattern::parse(text).unwrap_err().invalid, "{text}");
    }
}

#[test]
fn a_hostile_expression_comes_to_an_end() {
    let text = "a".repeat(200);
    assert_eq!(Pattern::parse("^(a+)+$").unwrap().is_found_in(&format!("{text}b")), Some(false));
    assert!(Pattern::parse("((a{1000}){1000}){1000}").is_err());
    assert!(Pattern::parse(&"(".repeat(100_000)).is_err());
    assert!(Pattern::parse(&"[".repeat(100_000)).is_err());
}
