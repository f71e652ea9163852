import { type Exporter, madeBy } from '../exporter.js';
import { type AddressPlace, addressPlaces, cidr } from '../fit/addresses.js';
import { createLosses } from '../fit/losses.js';
import { yamlText } from '../syntax/yaml.js';

/** A CloudFormation template with a security group: addresses and ports, as far as runs have seen them. */
export const securityGroup: Exporter = (list) => {
  const losses = createLosses();
  const places = addressPlaces(list, 'A security group', losses);
  const template = {
    AWSTemplateFormatVersion: '2010-09-09',
    Description: 'Addresses that may be reached; all others are blocked',
    Parameters: { VpcId: { Type: 'AWS::EC2::VPC::Id' } },
    Resources: {
      SecurityGroup: {
        Type: 'AWS::EC2::SecurityGroup',
        Properties: {
          GroupDescription: 'Addresses that may be reached, made by egresslock',
          VpcId: { Ref: 'VpcId' },
          SecurityGroupEgress: places.length === 0 ? [NOTHING] : places.map(rule),
        },
      },
    },
    Outputs: { SecurityGroupId: { Value: { 'Fn::GetAtt': ['SecurityGroup', 'GroupId'] } } },
  };
  return { text: yamlText(madeBy('security-group'), template), ...losses.all() };
};

/** A group without a rule lets all out (AWS::EC2::SecurityGroup); loopback never gets as far as to the group. */
const NOTHING = { IpProtocol: '-1', CidrIp: '127.0.0.1/32' };

function rule(place: AddressPlace): unknown {
  const range = place.family === 4 ? { CidrIp: cidr(place) } : { CidrIpv6: cidr(place) };
  return { IpProtocol: place.transport, FromPort: place.ports.from, ToPort: place.ports.to, ...range };
}
