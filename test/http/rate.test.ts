import t from 'tap'
import { networkOf, Rate } from '../../src/http/rate.js'

t.test('so many in a window, by name', async t => {
  let now = 1_000
  const rate = new Rate({ limit: 3, windowMs: 10_000, names: 2 }, () => now)
  for (let i = 0; i < 2; i++) rate.add('a')
  t.equal(rate.wait('a'), 0)
  rate.add('a')
  t.equal(rate.wait('a'), 10)
  t.equal(rate.wait('b'), 0)
  now += 9_001
  t.equal(rate.wait('a'), 1, 'rounded up')
  now += 1_000
  t.equal(rate.wait('a'), 0)
  rate.add('a')
  t.equal(rate.wait('a'), 0, 'another window')
  for (let i = 0; i < 3; i++) rate.add('b')
  rate.add('c')
  t.equal(rate.wait('b'), 10)
  for (let i = 0; i < 3; i++) rate.add('d')
  t.equal(rate.wait('b'), 0, 'the oldest name is forgotten')
  t.equal(rate.wait('d'), 10)
})

t.test('whom an address is counted as', async t => {
  for (const [address, network] of [
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '192.0.2.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::1', '2001:db8:1:2::/64'],
    ['2001:0DB8:0001:0002::1', '2001:db8:1:2::/64'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', '']
  ] as const) t.equal(networkOf(address), network, address)
})
