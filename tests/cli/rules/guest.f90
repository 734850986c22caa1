real(c_double) function scaled(x, by) bind(C)
  use iso_c_binding
  real(c_double), value :: x
  integer(c_int), value :: by
  scaled = x * by
end function
