export { until } from '@orderloom/testing';
