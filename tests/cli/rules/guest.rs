#[repr(C)]
pub struct Pair { a: f64, b: i32 }
#[no_mangle]
pub extern "C" fn pair(x: f64, by: i32) -> Pair { Pair { a: x * f64::from(by), b: by } }
#[no_mangle]
pub extern "C" fn total(pair: &Pair) -> f64 { pair.a + f64::from(pair.b) }
