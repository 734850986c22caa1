#[repr(C)]
pub struct Pair { a: f64, b: i32 }
#[no_mangle]
pub extern "C" fn scaled(x: f64, by: i32) -> f64 { x * f64::from(by) }
#[no_mangle]
pub extern "C" fn pair(scaled: f64, by: i32) -> Pair { Pair { a: scaled, b: by } }
#[no_mangle]
pub extern "C" fn total(pair: &Pair) -> f64 { pair.a + f64::from(pair.b) }
#[no_mangle]
pub extern "C" fn panics(x: f64) -> f64 { if x < 0.0 { panic!("x is negative") } x }
