import type { JSX } from 'hono/jsx';
import type { Child, RefObject } from 'hono/jsx/dom';
import type { Failure } from './api.ts';
import { sentence } from './format.ts';
import { secrets } from './secrets.ts';

interface ButtonProps {
  /** Without it, the button sends its form. */
  click?: () => void;
  kind?: 'main' | 'small' | 'danger' | undefined;
  /** For screen readers, where the text does not say what it is about. */
  label?: string;
  disabled?: boolean;
  children?: Child;
}

export function Button({ click, kind, label, disabled, children }: ButtonProps) {
  return (
    <button
      type={click ? 'button' : 'submit'}
      class={kind ? `button button-${kind}` : 'button'}
      aria-label={label}
      disabled={disabled}
      {...(click && { onClick: click })}
    >
      {children}
    </button>
  );
}

export type PillKind = 'good' | 'info' | 'warn' | 'bad' | 'quiet';

/** A state in a word. */
export function Pill({ kind, children }: { kind: PillKind; children?: Child }) {
  return <span class={`pill pill-${kind}`}>{children}</span>;
}

/** A name, its value and a note: an entry of `dl.figures`. */
export function Figure({ name, value, note = '' }: { name: Child; value?: Child; note?: Child }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {value}
        {note && <small> {note}</small>}
      </dd>
    </div>
  );
}

interface KeyProps {
  /** Its class. */
  mark: string;
  /** On the scale of a map. */
  shade?: string;
  children?: Child;
}

/** What a mark of a chart or a map means. */
export function Key({ mark, shade, children }: KeyProps) {
  return (
    <span class="legend-item">
      <span class={mark} style={shaded(shade)} aria-hidden="true" /> <span>{children}</span>
    </span>
  );
}

/** @param shade of a scale of colours, such as lean-6; without one the styles decide */
export function shaded(shade: string | undefined) {
  return shade === undefined ? undefined : { '--shade': `var(--${shade})` };
}

/** What the service says, as a sentence by itself; what is between backticks is code. */
export function Sentence({ of }: { of: string }) {
  const parts = sentence(of).split(/`([^`]+)`/);
  return <>{parts.map((part, at) => (at % 2 === 1 ? <code>{part}</code> : part))}</>;
}

/** What people copy. */
export function Code({ children }: { children?: Child }) {
  // biome-ignore lint/a11y/noNoninteractiveTabindex: a long line scrolls, with the keyboard too
  return <pre tabIndex={0}>{children}</pre>;
}

/** The title of a view, and in a sentence what it answers. */
export function Headline({ title, children }: { title: string; children?: Child }) {
  return (
    <header class="headline">
      <h1>{title}</h1>
      <p class="lead">{children}</p>
    </header>
  );
}

interface FieldProps extends Omit<JSX.IntrinsicElements['input'], 'ref' | 'class'> {
  id: string;
  label: string;
  note?: Child;
  /** What is wrong with the value. */
  fault?: string | undefined;
  input?: RefObject<HTMLInputElement | null>;
}

/** An input with its label, and what people should know of it. The other properties are attributes of the input. */
export function Field({ id, label, note, fault, hidden, input, ...attributes }: FieldProps) {
  return (
    <div class={`field field-${id}`} hidden={hidden}>
      <label for={id}>{label}</label>
      <input
        autocomplete="off"
        {...attributes}
        {...{ id, name: id, ref: input }}
        aria-invalid={fault ? 'true' : undefined}
        aria-describedby={note || fault ? `${id}-note` : undefined}
      />
      {(note || fault) && (
        <span class="note" id={`${id}-note`}>
          {note}
          {fault && <span class="fault"> {fault}</span>}
        </span>
      )}
    </div>
  );
}

/** Keeps a form from being sent. @returns what reads its fields */
export function fieldsOf(event: Event): (name: string) => string {
  event.preventDefault();
  const data = new FormData(event.target as HTMLFormElement);
  return (name) => String(data.get(name) ?? '').trim();
}

/** An API key, where a deployment asks for one. @param refused why a call had no answer, where it had none */
export function ApiKeyField({ refused }: { refused: Failure | null | undefined }) {
  return (
    <Field
      id="api_key"
      label="API key"
      type="password"
      value={secrets.apiKey ?? ''}
      hidden={secrets.apiKey === null && refused?.code !== 'unauthorized'}
      note="Kept in the memory of this page only."
    />
  );
}

/** What is wrong with a form. */
export function Fault({ text }: { text: string }) {
  return text === '' ? null : (
    <p class="fault" role="alert">
      {text}
    </p>
  );
}

/** A term that the glossary explains. */
export function Term({ name, children }: { name: string; children?: Child }) {
  return (
    <a class="term" href={`#/glossary?term=${name}`} title="Explained in the glossary">
      {children ?? name}
    </a>
  );
}

/** What can be chosen. */
type Option<T extends string = string> = readonly [value: T, text: string, group?: string];

interface SelectProps {
  id: string;
  label: Child;
  value: string;
  options: readonly Option[];
  change: (value: string) => void;
  note?: Child;
}

/** A list to choose from, with its label. Options of a group are together. */
export function Select({ id, label, value, options, change, note }: SelectProps) {
  const groups = [...new Set(options.map(([, , group = '']) => group))];
  const inGroup = (name: string) =>
    options
      .filter(([, , group = '']) => group === name)
      .map(([one, text]) => (
        <option key={one} value={one} selected={one === value}>
          {text}
        </option>
      ));
  return (
    <div class={`field field-${id}`}>
      <label for={id}>{label}</label>
      <select id={id} onChange={(event: Event) => change((event.target as HTMLSelectElement).value)}>
        {groups.map((name) =>
          name === '' ? inGroup(name) : <optgroup label={name}>{inGroup(name)}</optgroup>,
        )}
      </select>
      {note ? <span class="note">{note}</span> : null}
    </div>
  );
}

/** A row of buttons; one is chosen. */
export function Choice<T extends string>({
  legend,
  name,
  value,
  options,
  change,
}: {
  legend: Child;
  name: string;
  value: T;
  options: readonly Option<T>[];
  change: (value: T) => void;
}) {
  return (
    <fieldset class="choice">
      <legend>{legend}</legend>
      <div class="choice-row">
        {options.map(([one, text]) => (
          <label key={one}>
            <input
              type="radio"
              name={name}
              value={one}
              checked={one === value}
              onChange={() => change(one)}
            />
            <span>{text}</span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}
