real(c_double) function scaled(x, by) bind(C)
  use iso_c_binding
  real(c_double), value :: x
  integer(c_int), value :: by
  if (by > 0) scaled = x * by
  if (by <= 0) scaled = x
end function
real(c_double) function referred(x, by) bind(C)
  use iso_c_binding
  real(c_double) :: x
  integer(c_int), value :: by
  referred = x * by
end function
real(c_double) function summed(n, xs) bind(C)
  use iso_c_binding
  integer(c_size_t), value :: n
  real(c_double), intent(in) :: xs(n)
  summed = sum(xs)
end function
integer(c_int) function unbound(n)
  use iso_c_binding
  integer(c_int), value :: n
  unbound = n + 1
end function
