-- sieve, matrix product, sort with a function, records
local function sieve(n) local p={} for i=2,n do p[i]=true end for i=2,n do if p[i] then for j=i*i,n,i do p[j]=false end end end local c=0 for i=2,n do if p[i] then c=c+1 end end return c end
local function matrix(n) local a,b,c={}, {}, {} for i=1,n do a[i],b[i],c[i]={}, {}, {} for j=1,n do a[i][j]=i+j b[i][j]=i-j end end for i=1,n do for j=1,n do local s=0 for k=1,n do s=s+a[i][k]*b[k][j] end c[i][j]=s end end return c[n][n] end
local function sorted(n) local t={} local x=42 for i=1,n do x=(x*1103515245+12345)%2147483648 t[i]=x end table.sort(t,function(a,b) return a<b end) return t[1] end
local function records(n) local t={} for i=1,n do t[#t+1]={id=i,name="n"..i,score=i*1.5} end local s=0 for _,r in ipairs(t) do s=s+r.score+r.id end return s end
RUN = function() return sieve(1000)+matrix(12)+sorted(200)+records(100) end
