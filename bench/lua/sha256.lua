-- SHA-256 of 256 bytes with the bit library: loops over whole numbers
local band, bxor, bnot, bor = bit.band, bit.bxor, bit.bnot, bit.bor
local rshift, lshift, ror = bit.rshift, bit.lshift, bit.ror

local K = {}
do
  local function fraction(x)
    return math.floor((x - math.floor(x)) * 2 ^ 32)
  end
  local n, i = 0, 2
  while n < 64 do
    local prime = true
    for j = 2, math.floor(math.sqrt(i)) do
      if i % j == 0 then
        prime = false
        break
      end
    end
    if prime then
      n = n + 1
      K[n] = bit.tobit(fraction(i ^ (1 / 3)))
    end
    i = i + 1
  end
end

local function sha256(text)
  local bits = #text * 8
  text = text .. "\128" .. ("\0"):rep((55 - #text) % 64)
  local tail = {}
  for i = 7, 0, -1 do
    tail[#tail + 1] = string.char(math.floor(bits / 2 ^ (8 * i)) % 256)
  end
  text = text .. table.concat(tail)
  local h0, h1, h2, h3 = 0x6a09e667, bit.tobit(0xbb67ae85), 0x3c6ef372, bit.tobit(0xa54ff53a)
  local h4, h5, h6, h7 = 0x510e527f, bit.tobit(0x9b05688c), 0x1f83d9ab, 0x5be0cd19
  local w = {}
  for chunk = 1, #text, 64 do
    for i = 0, 15 do
      local a, b, c, d = text:byte(chunk + i * 4, chunk + i * 4 + 3)
      w[i] = bor(lshift(a, 24), lshift(b, 16), lshift(c, 8), d)
    end
    for i = 16, 63 do
      local s0 = bxor(ror(w[i - 15], 7), ror(w[i - 15], 18), rshift(w[i - 15], 3))
      local s1 = bxor(ror(w[i - 2], 17), ror(w[i - 2], 19), rshift(w[i - 2], 10))
      w[i] = bit.tobit(w[i - 16] + s0 + w[i - 7] + s1)
    end
    local a, b, c, d, e, f, g, h = h0, h1, h2, h3, h4, h5, h6, h7
    for i = 0, 63 do
      local s1 = bxor(ror(e, 6), ror(e, 11), ror(e, 25))
      local choice = bxor(band(e, f), band(bnot(e), g))
      local t1 = bit.tobit(h + s1 + choice + K[i + 1] + w[i])
      local s0 = bxor(ror(a, 2), ror(a, 13), ror(a, 22))
      local majority = bxor(band(a, b), band(a, c), band(b, c))
      local t2 = s0 + majority
      h, g, f, e, d, c, b, a = g, f, e, bit.tobit(d + t1), c, b, a, bit.tobit(t1 + t2)
    end
    h0, h1, h2, h3 = bit.tobit(h0 + a), bit.tobit(h1 + b), bit.tobit(h2 + c), bit.tobit(h3 + d)
    h4, h5, h6, h7 = bit.tobit(h4 + e), bit.tobit(h5 + f), bit.tobit(h6 + g), bit.tobit(h7 + h)
  end
  local hex = bit.tohex
  return hex(h0) .. hex(h1) .. hex(h2) .. hex(h3) .. hex(h4) .. hex(h5) .. hex(h6) .. hex(h7)
end

function RUN()
  return sha256(("abcdefgh"):rep(32))
end
