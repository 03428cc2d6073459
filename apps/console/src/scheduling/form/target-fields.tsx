import { Button, IconButton } from '../../ui/button.tsx';
import { Choice } from '../../ui/choice.tsx';
import { Field } from '../../ui/field.tsx';
import { TextField } from './controls.tsx';
import type { FormProps } from './fields.ts';
import { prettyPayload, readPayload } from './payload.ts';

/** Where the task delivers to, and what. */
export function TargetFields(props: FormProps) {
  const { form, set, errors } = props;
  return (
    <section className="form-section" aria-label="Deliver to">
      <Choice
        legend="Deliver to"
        value={form.target}
        onChange={(target) => set({ target })}
        options={[
          { value: 'webhook', label: 'Webhook' },
          { value: 'topic', label: 'Topic' },
        ]}
      />
      {form.target === 'webhook' ? (
        <div className="stack">
          <TextField
            label="URL"
            inputMode="url"
            placeholder="https://example.com/hooks/invoice-due"
            hint="Gets a signed POST with JSON."
            value={form.url}
            error={errors['target.url']}
            onChange={(url) => set({ url })}
          />
          <HeaderFields {...props} />
        </div>
      ) : (
        <TextField
          label="Event type"
          placeholder="invoice.due"
          hint="Subscribers filter by it."
          value={form.topic}
          error={errors['target.type']}
          onChange={(topic) => set({ topic })}
        />
      )}
      <PayloadField {...props} />
    </section>
  );
}

function HeaderFields({ form: { headers }, set, errors }: FormProps) {
  const error = errors['target.headers'];
  const change = (index: number, change: Partial<(typeof headers)[number]>): void =>
    set({ headers: headers.map((header, at) => (at === index ? { ...header, ...change } : header)) });
  return (
    <fieldset className="headers" aria-describedby={error === undefined ? undefined : 'headers-error'}>
      <legend className={headers.length === 0 ? 'visually-hidden' : undefined}>Headers</legend>
      {headers.map(({ name, value }, index) => (
        <div className="header-row" key={index}>
          <input
            aria-label={`Header ${index + 1}: name`}
            placeholder="Authorization"
            value={name}
            data-literal
            aria-invalid={error === undefined ? undefined : true}
            onChange={(event) => change(index, { name: event.target.value })}
          />
          <input
            aria-label={`Header ${index + 1}: value`}
            placeholder="Bearer …"
            value={value}
            data-literal
            onChange={(event) => change(index, { value: event.target.value })}
          />
          <IconButton
            icon="cross"
            label={`Remove header ${index + 1}`}
            onClick={() => set({ headers: headers.filter((_, at) => at !== index) })}
          />
        </div>
      ))}
      {error === undefined ? null : (
        <p className="field-error" id="headers-error">
          {error}
        </p>
      )}
      <Button look="quiet" icon="plus" onClick={() => set({ headers: [...headers, { name: '', value: '' }] })}>
        Add a header
      </Button>
    </fieldset>
  );
}

function PayloadField({ form, set, errors }: FormProps) {
  const payload = readPayload(form.payload);
  const hint = {
    empty: 'Any JSON, delivered as it is. Empty for none.',
    json: payload.kind === 'json' ? `Valid JSON, ${payload.bytes.toLocaleString()} bytes.` : '',
    // Said once: above, when it was tried to send it.
    fault: payload.kind === 'fault' && errors.payload === undefined ? `Not JSON yet: ${payload.fault}.` : '',
  }[payload.kind];
  return (
    <Field label="Payload" error={errors.payload} hint={<span data-fault={payload.kind === 'fault'}>{hint}</span>}>
      {(control) => (
        <div className="payload">
          <textarea
            {...control}
            rows={5}
            spellCheck={false}
            data-literal
            value={form.payload}
            placeholder={'{ "invoice": 17 }'}
            onChange={(event) => set({ payload: event.target.value })}
          />
          <Button
            look="quiet"
            disabled={payload.kind !== 'json'}
            onClick={() => set({ payload: prettyPayload(form.payload) })}
          >
            Format
          </Button>
        </div>
      )}
    </Field>
  );
}
