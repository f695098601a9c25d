import { formatFindings, isMarketplaceError, MarketplaceError, printable } from '@agentmesh/errors';
import { describe, expect, it, vi } from 'vitest';

describe('MarketplaceError', () => {
  it('carries code, hint, cause and findings', () => {
    const cause = new Error('disk');
    const finding = { code: 'name-invalid', severity: 'error', path: 'name', line: 3, message: 'is blank' } as const;
    const error = new MarketplaceError('The manifest is invalid', {
      code: 'X',
      hint: 'Fix it.',
      cause,
      findings: [finding],
    });
    expect(error).toMatchObject({ name: 'MarketplaceError', code: 'X', hint: 'Fix it.', cause, findings: [finding] });
    expect(error.message).toBe('The manifest is invalid\nname:3 is blank (name-invalid)');
  });

  it('is recognised across two copies of the package, and nothing else is', async () => {
    vi.resetModules();
    const second = await import('@agentmesh/errors');
    const foreign = new second.MarketplaceError('m', { code: 'C' });
    expect(foreign).not.toBeInstanceOf(MarketplaceError);
    expect(isMarketplaceError(foreign)).toBe(true);
    expect(isMarketplaceError(new Error('m'))).toBe(false);
    expect(isMarketplaceError({ code: 'C', message: 'm' })).toBe(false);
  });

  it('lets no escape sequence of a plugin reach a terminal', () => {
    const error = new MarketplaceError('bad \u001b[2J\u009b name\r\nnext \u202e', { code: 'C', hint: '\u0007' });
    expect(error.message).toBe('bad \\u001b[2J\\u009b name\\u000d\nnext \\u202e');
    expect(error.hint).toBe('\\u0007');
  });

  it('bounds a message that an attacker made huge', () => {
    expect(new MarketplaceError('x'.repeat(1_000_000), { code: 'C' }).message.length).toBe(16_384);
  });
});

describe('printable', () => {
  it('keeps text in any script and cuts what is long', () => {
    expect(printable('插件 naïve 🎉')).toBe('插件 naïve 🎉');
    expect(printable('abcdef', 3)).toBe('abc…');
  });

  it.each([
    ['soft hyphen', 'al\u00adice', 'al\\u00adice'],
    ['Hangul filler', 'alice\u3164', 'alice\\u3164'],
    ['variation selector', 'alice\ufe0f', 'alice\\ufe0f'],
    ['tag beyond the first plane', 'alice\u{e0041}', 'alice\\udb40\\udc41'],
    ['joiner', 'al\u034fice', 'al\\u034fice'],
  ])('shows what shows as nothing: %s', (_what, text, shown) => {
    expect(printable(text)).toBe(shown);
  });

  it('shows lone surrogates as escapes', () => {
    expect(printable('a\ud800b\udc00')).toBe('a\\ud800b\\udc00');
  });

  it('gives each finding one line whatever its text holds', () => {
    const text = formatFindings([{ code: 'c', severity: 'warning', path: 'a\nb', message: 'm\nn' }]);
    expect(text).toBe('a\\u000ab m\\u000an (c)');
  });
});
