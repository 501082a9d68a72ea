/* global SwaggerUIBundle, TEXTS, WORDS, language, Element, history, location, matchMedia, requestAnimationFrame */
// Swagger UI as the registry shows it: this runs in the reader's browser, and nothing of it is built.

const root = document.getElementById('swagger-ui')

const SCHEME = 'oauth2'
/** Parameters shown before the fold, beside those that are required. */
const SHOWN_PARAMETERS = matchMedia('(max-width: 700px)').matches ? 2 : 5
/** Seconds before a token expires in which the next one is asked for. */
const RENEWED_BEFORE = 60

/** What stands before every path: the address under which this page was opened, without /docs. */
const origin = new URL('.', location.href).href.replace(/\/$/, '')

// The document, as this page uses it

/** `#/components/…` is all that the document refers to. */
const follow = (document, reference) => reference.slice(2).split('/')
  .reduce((at, key) => at?.[key.replaceAll('~1', '/').replaceAll('~0', '~')], document)

/** Puts in place of each reference what it leads to; a schema within itself stays a reference. */
function dereference (document, value, within = []) {
  if (Array.isArray(value)) return value.map(item => dereference(document, item, within))
  if (typeof value !== 'object' || value === null) return value
  const { $ref: reference, ...beside } = value
  if (typeof reference === 'string') {
    if (within.includes(reference)) return { title: reference.split('/').at(-1), type: 'object', ...beside }
    return { ...dereference(document, follow(document, reference), [...within, reference]), ...beside }
  }
  return Object.fromEntries(Object.entries(value).map(([key, child]) =>
    [key, key === 'example' || key === 'examples' ? child : dereference(document, child, within)]))
}

/** Only what is required is filled in beforehand: the examples of all filters at once find nothing. */
function unfilled (parameter) {
  if (parameter.required) return parameter
  const { example = Object.values(parameter.examples ?? {})[0]?.value, examples: _, schema, ...rest } = parameter
  const { example: inSchema, examples = [], ...plain } = schema ?? {}
  const shown = example ?? inSchema ?? examples[0]
  return { ...rest, schema: shown === undefined ? plain : { ...plain, examples: [shown] } }
}

/** What any operation may answer, whatever it is asked: by itself it would fill a page. */
const COMMON_ANSWERS = ['405', '406', '408', '413', '414', '415', '429', '431', '500', '503']

/** Marks the answers that are folded: the last of them says which there are. */
function foldAnswers (answers) {
  const codes = COMMON_ANSWERS.filter(code => code in answers)
  if (codes.length < 2) return answers
  const marked = codes.map(code => [code, { ...answers[code], 'x-folded': code === codes.at(-1) ? codes.join(', ') : '' }])
  return { ...answers, ...Object.fromEntries(marked) }
}

/** Marks the parameters that are folded: the first of them says how many there are. */
function fold (parameters) {
  const isFirst = (parameter, index) => parameter.required || (parameter.in !== 'header' && index < SHOWN_PARAMETERS)
  const shown = parameters.filter(isFirst)
  const folded = parameters.filter(parameter => !shown.includes(parameter))
  return [...shown, ...folded.map((parameter, index) => ({ ...parameter, 'x-folded': index === 0 ? folded.length : 0 }))]
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

function adapt (document) {
  const scheme = document.components.securitySchemes[SCHEME]
  scheme.flows.clientCredentials.tokenUrl = `${origin}/oauth/token`
  // one way to sign in: that of the form below
  document.components.securitySchemes = { [SCHEME]: scheme }
  document.servers = [{ url: origin }]
  for (const item of Object.values(document.paths)) {
    for (const method of METHODS.filter(method => method in item)) {
      const operation = item[method]
      const alternatives = operation.security?.filter(one => Object.keys(one).every(name => name === SCHEME)) ?? []
      operation.security = alternatives.filter(one => SCHEME in one)
      const parameters = (operation.parameters ?? []).map(one => one.$ref === undefined ? one : follow(document, one.$ref))
      operation.parameters = fold(parameters.map(unfilled))
      operation.responses = foldAnswers(operation.responses)
    }
  }
  return document
}

/** All of the document; Swagger UI gets of an operation what its line shows, and the rest when it is opened. */
let whole

function outline ({ components, paths, ...rest }) {
  const line = ({ operationId, summary, tags, security, deprecated }) => ({ operationId, summary, tags, security, deprecated })
  const lines = Object.entries(paths).map(([path, item]) =>
    [path, Object.fromEntries(METHODS.filter(method => method in item).map(method => [method, line(item[method])]))])
  return { ...rest, components: { securitySchemes: components.securitySchemes }, paths: Object.fromEntries(lines) }
}

// The filter

/** Without case and diacritics: `so lieu` finds `Số liệu`. */
const folded = text => text.normalize('NFD').replace(/\p{M}/gu, '').replace(/đ/gi, 'd').toLowerCase()

function filterOperations (groups, phrase) {
  const words = folded(phrase).split(/\s+/).filter(word => word !== '')
  const hasAll = (...texts) => {
    const text = folded(texts.filter(one => typeof one === 'string').join(' '))
    return words.every(word => text.includes(word))
  }
  return groups.map((group, tag) => {
    if (hasAll(tag, nameOf(tag), group.getIn(['tagDetails', 'description']))) return group
    return group.set('operations', group.get('operations').filter(one => hasAll(tag, nameOf(tag), one.get('path'), one.get('method'),
      one.getIn(['operation', 'summary']), one.getIn(['operation', 'operationId']))))
  }).filter(group => group.get('operations').size > 0)
}

// Names of groups, in the language of the page

const displayNames = new Map()
const headings = new Map()
const nameOf = tag => displayNames.get(tag) ?? tag

function learnNames (document) {
  for (const tag of document.tags) displayNames.set(tag.name, tag['x-displayName'])
  for (const group of document['x-tagGroups']) headings.set(group.tags[0], group.name)
}

// What is unfolded, by the operation: outside of React, because Swagger UI makes its rows anew as it likes

const unfolded = new Set()
const listeners = new Set()
const subscribe = listener => {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
const announce = () => { for (const listener of listeners) listener() }
function unfold (key) {
  unfolded.add(key)
  announce()
}

/** Asks for a token by what was typed in; `undefined` for the scopes means all. */
async function requestToken ({ clientId, clientSecret, scopes }) {
  const form = new URLSearchParams({ grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret })
  if (scopes.length > 0) form.set('scope', scopes.join(' '))
  // with credentials a browser would open its own window after a 401
  const answer = await fetch(`${origin}/oauth/token`, {
    method: 'POST', body: form, credentials: 'omit', headers: { 'accept-language': language }
  }).catch(() => { throw new Error(TEXTS.unreachable) })
  const token = await answer.json()
  if (!answer.ok) throw new Error(token.detail ?? token.error_description ?? TEXTS.wrong)
  return token
}

/** Who is signed in, until when the token lasts, and what is to be said of it. */
let session
let notice = ''

function tell (text) {
  notice = text
  announce()
}

/** Signs in, and stays so: the next token is asked for when it is needed. */
async function signIn (system, asked) {
  const token = await requestToken(asked)
  session = { asked, token: token.access_token, ends: Date.now() + token.expires_in * 1000 }
  system.authActions.authorizeOauth2({
    auth: { name: SCHEME, schema: asked.schema, clientId: asked.clientId, scopes: token.scope.split(' ') }, token
  })
  tell('')
}

function signOut (system) {
  session = undefined
  system.authActions.logout([SCHEME])
}

/** A token in place of one that has expired or is not taken. Without one nobody is signed in, and is told why. */
async function renew (system) {
  try {
    await signIn(system, session.asked)
    return true
  } catch (error) {
    signOut(system)
    tell(TEXTS.ended(error.message))
    return false
  }
}

/** With a token that lasts, if somebody is signed in. */
async function withToken (system, request) {
  // with credentials a browser would open its own window after a 401
  request.credentials = 'omit'
  const sent = request.headers.Authorization
  if (session === undefined || sent !== `Bearer ${session.token}` || Date.now() < session.ends - RENEWED_BEFORE * 1000) return request
  if (await renew(system)) request.headers.Authorization = `Bearer ${session.token}`
  else delete request.headers.Authorization
  return request
}

/** The client was suspended, or the server has other keys: the next token tells. */
async function afterRefusal (system, response) {
  const isRefused = response.status === 401 && response.obj?.code === 'invalid_token'
  if (isRefused && session !== undefined && await renew(system)) tell(TEXTS.refused)
  return response
}

function registryPlugin (system) {
  const { React } = system
  const { createElement: h, useEffect, useLayoutEffect, useState, useSyncExternalStore } = React

  const close = () => system.authActions.showDefinitions(false)

  const wordOf = text => {
    const word = text.trim()
    return Object.hasOwn(WORDS, word) ? text.replace(word, WORDS[word]) : text
  }

  /** What a component has rendered, with Swagger UI's own words in the language of the page; data are no such words. */
  function translate (node) {
    if (typeof node === 'string') return wordOf(node)
    if (Array.isArray(node)) return node.map(translate)
    if (!React.isValidElement(node)) return node
    const { type, key, ref, props } = node
    const labels = ['aria-label', 'title'].filter(name => typeof props[name] === 'string').map(name => [name, wordOf(props[name])])
    const changed = { ...Object.fromEntries(labels), ...(props.children === undefined ? {} : { children: translate(props.children) }) }
    return typeof type === 'function'
      ? h(inWords(type), { ...props, ...changed, ref, ...(key === null ? {} : { key }) })
      : React.cloneElement(node, changed)
  }

  const translated = new Map()

  /** The same component, in the words of the page. */
  function inWords (Original) {
    if (Object.keys(WORDS).length === 0) return Original
    if (!translated.has(Original)) {
      const InWords = Original.prototype?.isReactComponent
        ? class extends Original { render () { return translate(super.render()) } }
        : Object.assign(props => translate(Original(props)), Original)
      translated.set(Original, InWords).set(InWords, InWords)
    }
    return translated.get(Original)
  }

  /** One dialog for all operations: there is one way to sign in. */
  function SignInDialog () {
    useEffect(() => {
      const onKey = event => { if (event.key === 'Escape') close() }
      document.addEventListener('keydown', onKey)
      return () => document.removeEventListener('keydown', onKey)
    }, [])
    return h('div', { className: 'dialog-ux' }, h('div', { className: 'backdrop-ux', onClick: close }),
      h('div', { className: 'modal-ux', role: 'dialog', 'aria-modal': true, 'aria-label': TEXTS.sign },
        h('div', { className: 'modal-dialog-ux' }, h('div', { className: 'modal-ux-inner' },
          h('div', { className: 'modal-ux-header' }, h('h3', null, TEXTS.sign)),
          h('div', { className: 'modal-ux-content' }, h(SignInForm))))))
  }

  function SignInForm () {
    const schema = system.specSelectors.specJson().getIn(['components', 'securitySchemes', SCHEME])
    const signed = system.authSelectors.authorized().get(SCHEME)
    const [state, setState] = useState({ clientId: '', clientSecret: '', scopes: [], error: '', waits: false })
    const set = change => setState(before => ({ ...before, ...change }))
    const closing = h('button', { type: 'button', className: 'btn modal-btn auth btn-done', onClick: close }, TEXTS.close)
    if (signed) {
      return h('div', { className: 'sign-in' },
        h('p', { className: 'signed' }, TEXTS.signed(signed.get('clientId'))),
        h('p', null, `${TEXTS.holds} `, h('code', null, signed.getIn(['token', 'scope']))),
        h('div', { className: 'auth-btn-wrapper' },
          h('button', { type: 'button', className: 'btn modal-btn auth sign-out', onClick: () => signOut(system) }, TEXTS.out), closing))
    }
    const submit = event => {
      event.preventDefault()
      set({ error: '', waits: true })
      const clientId = state.clientId.trim()
      const clientSecret = state.clientSecret.trim()
      signIn(system, { schema: schema.toJS(), clientId, clientSecret, scopes: state.scopes })
        .catch(error => set({ error: error.message, waits: false }))
    }
    const field = (name, label, more) => h('label', null, label, h('input', {
      ...more, name, id: name, required: true, value: state[name], spellCheck: false, autoCapitalize: 'none', onChange: event => set({ [name]: event.target.value })
    }))
    const tick = (scope, isOn) => set({ scopes: isOn ? [...state.scopes, scope] : state.scopes.filter(one => one !== scope) })
    const scopes = schema.getIn(['flows', 'clientCredentials', 'scopes'])
    return h('form', { className: 'sign-in', onSubmit: submit },
      h('p', null, TEXTS.about),
      field('clientId', 'client_id', { autoFocus: true, autoComplete: 'off' }),
      field('clientSecret', 'client_secret', { type: 'password', autoComplete: 'off' }),
      h('details', null, h('summary', null, TEXTS.scopes), scopes.entrySeq().map(([scope, text]) =>
        h('label', { key: scope, className: 'scope' },
          h('input', { type: 'checkbox', checked: state.scopes.includes(scope), onChange: event => tick(scope, event.target.checked) }),
          h('span', null, h('code', null, scope), h('br'), text))).toArray()),
      h('p', { className: 'hint' }, TEXTS.all),
      state.error && h('p', { className: 'errors', role: 'alert' }, state.error),
      h('div', { className: 'auth-btn-wrapper' },
        h('button', { type: 'submit', className: 'btn modal-btn auth authorize', disabled: state.waits }, TEXTS.sign), closing))
  }

  const Notice = () => {
    const text = useSyncExternalStore(subscribe, () => notice)
    return text !== '' && h('div', { className: 'notice', role: 'alert' }, h('span', null, text),
      h('button', { type: 'button', className: 'btn', onClick: () => tell('') }, TEXTS.close))
  }

  const wrapComponents = {
    ...Object.fromEntries([
      'BaseLayout', 'OperationTag', 'operation', 'OperationSummary', 'AuthorizeOperationBtn', 'TryItOutButton', 'authorizeBtn', 'parameters', 'ParameterIncludeEmpty',
      'RequestBody', 'JsonSchema_array', 'ExamplesSelect', 'Example', 'modelExample', 'execute', 'clear', 'responses', 'liveResponse', 'responseBody',
      'HighlightCode', 'curl', 'errors', 'JSONSchema202012ExpandDeepButton'
    ].map(name => [name, inWords])),
    // the page has an introduction of its own
    InfoContainer: () => () => null,
    authorizationPopup: () => SignInDialog,
    FilterContainer: () => ({ layoutSelectors, layoutActions }) => {
      const current = layoutSelectors.currentFilter()
      return h('div', { className: 'wrapper filter' }, h('input', {
        type: 'search', className: 'operation-filter-input', placeholder: TEXTS.filter, 'aria-label': TEXTS.filter,
        value: typeof current === 'string' ? current : '', onChange: event => layoutActions.updateFilter(event.target.value)
      }))
    },
    authorizeBtn: Original => props => h(React.Fragment, null, h(inWords(Original), props), h(Notice)),
    operations: Original => function Operations (props) {
      // they are here: what stood in their place goes
      useLayoutEffect(() => document.getElementById('outline')?.remove(), [])
      const phrase = system.layoutSelectors.currentFilter()
      const isFound = system.specSelectors.taggedOperations().size > 0
      return h(React.Fragment, null, !isFound && h('p', { className: 'nothing', role: 'status' }, TEXTS.nothing(phrase)),
        h('div', { hidden: !isFound }, h(Original, props)))
    },
    OperationTag: Original => props => h(React.Fragment, null,
      headings.has(props.tag) && h('h2', { className: 'heading' }, headings.get(props.tag)), h(inWords(Original), props)),
    DeepLink: Original => props => h(Original, { ...props, text: nameOf(props.text) }),
    parameterRow: Original => function ParameterRow (props) {
      const count = props.rawParam.get('x-folded')
      const key = props.pathMethod.join(' ')
      const isShown = useSyncExternalStore(subscribe, () => unfolded.has(key))
      if (count === undefined || isShown) return h(inWords(Original), props)
      return count === 0
        ? null
        : h('tr', null, h('td', { colSpan: 2 }, h('button', { type: 'button', className: 'btn unfold', onClick: () => unfold(key) }, TEXTS.more(count))))
    },
    response: Original => function Response (props) {
      const common = props.response.get('x-folded')
      const key = `${props.method} ${props.path}`
      const isShown = useSyncExternalStore(subscribe, () => unfolded.has(key))
      // the first answer is shown, the others when they are asked for
      const [isOpen, setOpen] = useState(props.controlsAcceptHeader)
      if (isOpen) return h(inWords(Original), props)
      const folded = (code, text, open) => h('tr', { className: 'response folded', 'data-code': code },
        h('td', { className: 'response-col_status' }, code),
        h('td', { className: 'response-col_description', colSpan: 2 },
          h('button', { type: 'button', className: 'unfold-response', onClick: open }, text)))
      if (common === undefined || isShown) return folded(props.code, firstSentence(props.response.get('description')), () => setOpen(true))
      return common === '' ? null : folded('…', `${TEXTS.answers} ${common}`, () => unfold(key))
    },
    headers: Original => props => h('details', { className: 'headers-folded' }, h('summary', null, TEXTS.headers), h(inWords(Original), props))
  }

  const firstSentence = (text = '') => /^.*?\.(?=\s|$)/s.exec(text)?.[0] ?? text

  return {
    wrapComponents,
    fn: {
      opsFilter: filterOperations,
      // Swagger UI's own resolver goes through the whole document for every operation, for seconds
      resolveSubtree: async (_specification, path) => ({
        errors: [], spec: dereference(whole, path.reduce((at, key) => at?.[key], whole))
      })
    },
    statePlugins: {
      spec: {
        wrapActions: {
          // the document is JSON: there is no need to read it as YAML
          parseToJson: (_original, { specActions, specSelectors }) => text => {
            const specification = JSON.parse(text ?? specSelectors.specStr())
            learnNames(specification)
            whole = adapt(specification)
            return specActions.updateJsonSpec(outline(whole))
          }
        }
      },
      layout: {
        wrapSelectors: {
          // what was found is shown
          isShown: (original, { layoutSelectors }) => (_state, thing, byDefault) => {
            const isTag = Array.isArray(thing) && thing[0] === 'operations-tag'
            const filter = layoutSelectors.currentFilter()
            return original(thing, isTag && typeof filter === 'string' && filter.trim() !== '' ? true : byDefault)
          }
        }
      }
    }
  }
}

const ui = SwaggerUIBundle({
  domNode: root,
  url: root.dataset.document,
  layout: 'BaseLayout', // without the bar that asks for the address of another document
  plugins: [registryPlugin],
  docExpansion: 'none',
  deepLinking: true,
  filter: true,
  tryItOutEnabled: true,
  displayRequestDuration: true,
  persistAuthorization: false,
  validatorUrl: null,
  defaultModelsExpandDepth: -1,
  defaultModelExpandDepth: 1,
  showExtensions: false,
  requestInterceptor: request => request.loadSpec ? request : withToken(ui.getSystem(), request),
  responseInterceptor: response => afterRefusal(ui.getSystem(), response)
})

// Links of the introduction open an operation

function open (hash) {
  const { layoutActions } = ui.getSystem()
  layoutActions.parseDeepLinkHash(decodeURIComponent(hash))
  const [tag, operation] = hash.slice(2).split('/')
  requestAnimationFrame(() => document.getElementById(`operations-${tag}-${operation}`)?.scrollIntoView())
}

document.addEventListener('click', event => {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  if (link === null) return
  if (link.getAttribute('href').startsWith('#/') && link.closest('.introduction') !== null) {
    event.preventDefault()
    history.pushState(null, '', link.hash)
    open(link.hash)
  }
  // the other language, at the same place
  if (link.closest('.languages') !== null) link.hash = location.hash
})
