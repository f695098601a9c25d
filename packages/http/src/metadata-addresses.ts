/**
 * Where cloud providers answer with the credentials of the machine that asks. Refused whatever the caller allows.
 * Sources: the providers' documentation of instance metadata.
 */
export const METADATA_ADDRESSES: readonly string[] = [
  // Amazon, Google, Azure, DigitalOcean, Oracle and others
  '169.254.169.254',
  // Amazon: time, tasks of ECS, pod identities of EKS, and the same over IPv6
  '169.254.169.123',
  '169.254.170.2',
  '169.254.170.23',
  'fd00:ec2::23',
  'fd00:ec2::254',
  // Google over IPv6
  'fd20:ce::254',
  // Azure's host of virtual machines, an address of the public range
  '168.63.129.16',
  // Alibaba
  '100.100.100.200',
  // Oracle
  '192.0.0.192',
  // Scaleway
  '169.254.42.42',
  'fd00:42::42',
  // Tencent
  '169.254.0.23',
];
