/** What an operator may see, and what to do then. */
export interface Sign {
  /** The fragment of its row; an alert has its own name. */
  id: string;
  /** Texts for people; what is between backticks is code. */
  sign: string;
  meaning: string;
  remedy: string;
}

/** How the names of alerts begin. */
export const ALERT = 'VoucherEdge';

/** In the order in which they hurt. Each alert of `alerts.yml` is one of them. */
export const RUNBOOK: readonly Sign[] = [
  {
    id: 'VoucherEdgeDown',
    sign: '`GET /ready` does not answer, or answers 503 `no_artifact`',
    meaning: 'The process is gone, or it has found no artifact that it can answer from.',
    remedy:
      'Start it again. With 503, read `detail`: it says what is wrong with the artifact. Publish one: `npm run artifact -- publish`.',
  },
  {
    id: 'wrong-amounts',
    sign: 'Amounts are wrong since a version went live',
    meaning: 'What is live was published by mistake, or from wrong rows.',
    remedy:
      '`POST /rollback` or `npm run artifact -- rollback --reason "…"`. The version before is live at once and held. `npm run artifact -- diff live VERSION` shows what the wrong one would change. Mend or delete what it was made from, then release: the next run publishes what is in the uploads.',
  },
  {
    id: 'VoucherEdgeErrors',
    sign: 'More than one request of a hundred gets a 5xx',
    meaning: 'The service or its storage fails. What clients send is never a 5xx.',
    remedy:
      'Search the log for `http.response.status_code >= 500`: `error.code` and `error.message` name the cause. `storage_unavailable` passes when the storage answers again.',
  },
  {
    id: 'VoucherEdgeFault',
    sign: '`fault` of `GET /ready` is not null, or `warnings` has a sentence about the artifact',
    meaning: 'The current artifact cannot be loaded. The last good one goes on answering.',
    remedy:
      'The log line of the fault says why in `error.message`: it is missing, damaged or of another schema. Publish it again, or roll back.',
  },
  {
    id: 'VoucherEdgeCheckOverdue',
    sign: '`check.overdue` is true',
    meaning: 'The service could not make sure that it has the current artifact. Answers go on.',
    remedy:
      'Look at the storage: KV, the disk or the address of `ARTIFACT`. A roll-back that was just made may not have arrived.',
  },
  {
    id: 'refused-run',
    sign: 'A run ends as `refused`',
    meaning: 'A guard speaks against what it made. What was live stays, and the new files are set aside.',
    remedy:
      '`GET /runs/{id}` has the reasons. Delete a wrong file: `npm run artifact -- uploads delete NAME`. A right one: `npm run artifact -- uploads accept NAME`.',
  },
  {
    id: 'failed-run',
    sign: 'A run ends as `failed`',
    meaning: 'A step failed each time that it was tried. What was live stays.',
    remedy: 'Its `steps` say which step and why. `POST /runs` starts another one; nothing is counted twice.',
  },
  {
    id: 'stuck-run',
    sign: 'A run stays `running`, and others wait for it',
    meaning:
      'It has much to read, or its process was killed: `wrangler dev` does not go on with a run at its next start.',
    remedy:
      '`GET /runs/{id}` has its `steps`. `DELETE /runs/{id}` ends it, and the next run takes in what it had. One without news for 13 minutes is ended by itself.',
  },
  {
    id: 'unreadable-upload',
    sign: 'An upload is `unreadable`',
    meaning: 'The file is not a history that can be read. It lies in quarantine and joins nothing.',
    remedy:
      '`GET /uploads` has the reason. `npm run doctor -- --input FILE` tells more. Mend the file and upload it under the same name.',
  },
  {
    id: 'VoucherEdgeHeld',
    sign: '`hold` of `GET /ready` is not null; runs end as `held`',
    meaning: 'An operator rolled back, or held the version. Runs go on and publish nothing.',
    remedy:
      '`hold` says who, since when and why. When the cause is gone: `POST /release` or `npm run artifact -- release`. The next run publishes.',
  },
  {
    id: 'VoucherEdgeDataStale',
    sign: '`data.stale` is true, or `warnings` says that the newest row is in the future',
    meaning:
      'The newest row of the history is older than `largest_data_age_days` of the config; or it is later than now, which hides whether the history is stale.',
    remedy:
      'The export has stopped, or its time column is wrong: upload or publish newer rows, or leave out those in the future, which `npm run doctor` shows. The clock of the server may be wrong, too.',
  },
  {
    id: 'VoucherEdgeDefaults',
    sign: 'More than a fifth of the decisions has the source `default`',
    meaning: 'Customers come from countries or bands that the history does not know, or fields arrive empty.',
    remedy:
      'Look at `voucher.country` and `feature_flag.result.variant` in the log. `fallback: ["country"]` or a combined segment answers more of them from the history.',
  },
  {
    id: 'VoucherEdgeSlow',
    sign: 'One answer of a hundred takes longer than 50 ms',
    meaning:
      'The machine is busy, clients send their bodies slowly, or the first requests of many isolates wait for the storage.',
    remedy:
      'Search the log for `event.duration > 50000000`. If the machine is idle, clients are slow: a proxy that reads bodies before it passes them on, as nginx does, takes them out. On Workers, look at the KV reads of its trace.',
  },
  {
    id: 'refused-callers',
    sign: 'Callers get 401, 403 or 429',
    meaning: 'A key or token is wrong or was replaced, or a caller has used up its share.',
    remedy:
      '`API_KEYS` and `ADMIN_TOKENS` take the old and the new one side by side. `retry-after` says when to ask again.',
  },
];
