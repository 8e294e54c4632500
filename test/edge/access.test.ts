import { inject } from 'vitest';
import { accessSuite } from '../support/access-suite.ts';

accessSuite('workerd', () => inject('team'));
