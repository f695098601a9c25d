import markdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';

// HTML in the text stays text. Images would tell their servers who reads, so only their words are shown.
const markdown = markdownIt({ html: false, linkify: false, typographer: false, maxNesting: 20 });
markdown.renderer.rules.image = (tokens, index) => markdown.utils.escapeHtml(tokens[index]?.content ?? '');

/** What may be left of a text by a plugin's author; a second lock behind the renderer. */
const ALLOWED: sanitizeHtml.IOptions = {
  allowedTags: [
    ...[
      'h2',
      'h3',
      'h4',
      'h5',
      'h6',
      'p',
      'ul',
      'ol',
      'li',
      'blockquote',
      'pre',
      'code',
      'em',
      'strong',
      's',
      'a',
      'hr',
      'br',
    ],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td'],
  ],
  allowedAttributes: { a: ['href', 'rel'], ol: ['start'] },
  allowedSchemes: ['https', 'http', 'mailto'],
  allowedSchemesAppliedToAttributes: ['href'],
  allowProtocolRelative: false,
  transformTags: {
    // The page has its own first heading.
    h1: 'h2',
    a: (_, { href }) => ({
      tagName: 'a',
      // A relative link would lead into this server.
      attribs:
        href !== undefined && /^(?:https?|mailto):/i.test(href)
          ? { href, rel: 'nofollow noopener noreferrer ugc' }
          : {},
    }),
  },
};

/** Makes HTML of a text in Markdown that anybody may have written: structure, words and links that are marked as such; nothing else. */
export function renderMarkdown(text: string): string {
  return sanitizeHtml(markdown.render(text), ALLOWED);
}
