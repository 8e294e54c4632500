import type { Ingestion } from '../ingest/ingestion.ts';
import type { RoutedIngestion } from './route.ts';
import { runRoutes } from './runs.ts';
import { uploadRoutes } from './uploads.ts';

/**
 * Gives ingestion its routes. Only a deployment that takes uploads imports this: the bundle of any other has neither
 * the routes nor what they need.
 *
 * @example createApp({ store, clock, log, ingestion: withRoutes(ingestion) })
 */
export function withRoutes(ingestion: Ingestion): RoutedIngestion {
  return {
    ingestion,
    routes: (admin) => [...uploadRoutes(admin, ingestion), ...runRoutes(admin, ingestion)],
  };
}
